import { Entity } from './entity.ts';
import type { QueueDeclaration } from './queue/declaration.ts';
import { deadLetterDeclaration } from './queue/declaration.ts';
import type { Store } from './store/store.ts';

/** The declared queues and their dead-letter queues by address; case does not matter in one. */
export type Entities = ReadonlyMap<string, Entity>;

/** Builds the queues and fills them with what the store holds. */
export function loadEntities(declarations: readonly QueueDeclaration[], store: Store): Entities {
  const { messages, nextSequenceNumbers } = store.load();
  const entities = new Map<string, Entity>();
  for (const declaration of declarations) {
    const deadLetters = new Entity({
      declaration: deadLetterDeclaration(declaration),
      store,
      nextSequenceNumber: 1,
      deadLetters: undefined,
    });
    const nextSequenceNumber = nextSequenceNumbers.get(store.queueNumber(declaration.name)) ?? 1;
    const entity = new Entity({ declaration, store, nextSequenceNumber, deadLetters });
    for (const each of [entity, deadLetters]) entities.set(keyOf(each.address), each);
  }
  const byNumber = new Map([...entities.values()].map((entity) => [entity.number, entity]));
  // Messages of a queue that is no longer declared stay on disk, for when it is again.
  for (const { queue, message } of messages) byNumber.get(queue)?.queue.book.add(message);
  return entities;
}

export function findEntity(entities: Entities, address: string): Entity | undefined {
  return entities.get(keyOf(address));
}

function keyOf(address: string): string {
  return address.toLowerCase();
}
