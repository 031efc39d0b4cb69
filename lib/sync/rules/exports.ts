import type { AppError } from '../../errors.ts';
import type { Kind } from '../entry.ts';
import { type Flow, type Flows, importAlone } from '../flow.ts';
import { DEFAULT_MAPPINGS } from '../mapping.ts';
import type { MappingSetting } from './mapping-setting.ts';
import { propertyNamed } from './properties.ts';
import type { RuleSettings } from './settings.ts';
import { writableProperty } from './writable-properties.ts';

/** An attribute that reaches Entra, with the property that it becomes there. */
export interface Export extends Flow {
  readonly property: string;
}

type Refuse = (path: string, why: string) => AppError;

/**
 * What flows of a kind, and where to.
 * @param refuse makes the error that names a setting
 * @throws AppError what `refuse` makes, where a mapping cannot flow to Entra
 */
export function flowsOf(kind: Kind, settings: RuleSettings, refuse: Refuse): Flows<Export> {
  const own = kind === 'user' ? settings.users : settings.groups;
  const path = `${kind}s.mappings`;
  const exports = new Map<string, Export>();
  const toApp = own.import;
  for (const { target, source, isExported } of DEFAULT_MAPPINGS[kind].mappings.flatMap(directly))
    if (isExported) exports.set(target, exportOf(kind, source, { toApp, winner: 'entra' }));
  for (const [index, setting] of own.mappings.entries()) {
    exports.delete(setting.target);
    const own = exportOfSetting(kind, setting, toApp, (why) => refuse(`${path}.${index}`, why));
    if (own) exports.set(setting.target, own);
  }
  if (own.export) refuseShared(exports, (why) => refuse(path, why));
  const attributes = own.export ? exports : new Map<string, Export>();
  const others = importAlone(toApp);
  const active = kind === 'user' && own.export ? switchable(toApp) : others;
  return { attributes, others, active };
}

/** Whether an account is enabled, and its entry active, is one thing. */
function switchable(toApp: boolean): Flow {
  return { toApp, toEntra: true, winner: 'entra', isRequired: true };
}

function directly(mapping: (typeof DEFAULT_MAPPINGS)[Kind]['mappings'][number]) {
  return mapping.type === 'direct' ? [mapping] : [];
}

function exportOf(kind: Kind, source: string, flow: Pick<Flow, 'toApp' | 'winner'>): Export {
  const writable = writableProperty(kind, source);
  if (!writable.ok) throw new Error(writable.reason);
  return { ...flow, toEntra: true, isRequired: writable.isRequired, property: source };
}

/** @returns undefined where the mapping only flows into the application */
function exportOfSetting(
  kind: Kind,
  setting: MappingSetting,
  toApp: boolean,
  refuse: (why: string) => AppError,
): Export | undefined {
  if (setting.type === 'none' || setting.direction === 'import') return undefined;
  const { direction, winner } = setting;
  if (setting.type !== 'direct')
    throw refuse(
      `only a property itself can flow to Entra (type "direct"), not what is made of it`,
    );
  if (setting.default !== undefined)
    throw refuse('a default cannot be told from a value, so that it cannot flow to Entra');
  if (setting.apply === 'creation')
    throw refuse('what flows at creation alone cannot flow to Entra');
  const property = propertyNamed(kind, setting.source);
  if (!property.ok) throw refuse(property.reason);
  const writable = writableProperty(kind, property.name);
  if (!writable.ok) throw refuse(writable.reason);
  return exportOf(kind, property.name, { toApp: toApp && direction === 'both', winner });
}

/** Two attributes would overwrite each other. */
function refuseShared(
  exports: ReadonlyMap<string, Export>,
  refuse: (why: string) => AppError,
): void {
  const targets = new Map<string, string>();
  for (const [target, { property }] of exports) {
    const other = targets.get(property);
    if (other !== undefined)
      throw refuse(
        `${other} and ${target} both flow to ${property}; give one of them the direction "import"`,
      );
    targets.set(property, target);
  }
}
