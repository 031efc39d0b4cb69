/** What the API names as the way out, and the commands that go there. */
const WAYS: readonly (readonly [named: RegExp, commands: (id: string) => readonly string[]])[] = [
  [/\/test\b/, (id) => [`tandem test ${id}`]],
  [
    /\/preview$|\/preview[, ]/,
    (id) => [`tandem preview create ${id}`, `tandem connections enable ${id} --plan PLAN`],
  ],
  [/\/preview\/\d/, (id) => [`tandem preview wait ${id} PLAN`]],
  [/PUT …\/sync/, (id) => [`tandem connections enable ${id}`]],
  [/held\/reject|"leaving"/, (id) => [`tandem held reject ${id} --leaving USERS`]],
  [/"dryRun"/, () => ['the same with --dry-run']],
];

const CONNECTION = /^\/manage\/connections\/([\w-]{1,100})/;

/** The commands that do what a refusal speaks of, which speaks of requests. */
export function adviceFor(detail: string, path: string): string[] {
  const id = CONNECTION.exec(path)?.[1] ?? 'CONNECTION';
  return WAYS.flatMap(([named, commands]) => (named.test(detail) ? commands(id) : []));
}
