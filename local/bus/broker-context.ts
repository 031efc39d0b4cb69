import { Distributor } from './distributor.ts';
import type { Entities } from './entities.ts';
import { findEntity } from './entities.ts';
import type { Entity } from './entity.ts';
import type { Turn } from './turn.ts';

/** What the protocol side works with. */
export interface BrokerContext {
  turn: Turn;
  maxMessageBytes: number;
  /** Epoch milliseconds. */
  now(): number;
  find(address: string): Entity | undefined;
  distributorOf(entity: Entity): Distributor;
}

export interface ContextParts {
  entities: Entities;
  turn: Turn;
  maxMessageBytes: number;
  now: () => number;
}

/** Gives every queue its distributor and ties them to the turn. */
export function brokerContext({ entities, turn, ...rest }: ContextParts): BrokerContext {
  const distributors = new Map<Entity, Distributor>();
  for (const entity of entities.values()) {
    const distributor = new Distributor(entity, (action) => turn.defer(action));
    distributors.set(entity, distributor);
    turn.register(distributor);
  }
  return {
    ...rest,
    turn,
    find: (address) => findEntity(entities, address),
    distributorOf: (entity) => {
      const distributor = distributors.get(entity);
      if (distributor === undefined) throw new Error(`no queue ${entity.address}`);
      return distributor;
    },
  };
}
