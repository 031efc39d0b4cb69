import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueHeap } from '../../../../local/bus/queue/due-heap.ts';
import { SequenceList } from '../../../../local/bus/queue/sequence-list.ts';

const number = fc.integer({ min: 1, max: 3000 });

describe('SequenceList', () => {
  it('is a sorted set, whatever is added and deleted', () => {
    const step = fc.record({ kind: fc.constantFrom('add', 'delete', 'first'), number });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const list = new SequenceList();
        const model = new Set<number>();
        for (const { kind, number: given } of steps) {
          const first = model.size === 0 ? undefined : Math.min(...model);
          expect(list.first()).toBe(first);
          const subject = kind === 'first' ? (first ?? given) : given;
          if (kind === 'add') {
            list.add(subject);
            model.add(subject);
          } else {
            expect(list.delete(subject)).toBe(model.delete(subject));
          }
          expect(list.size).toBe(model.size);
        }
      }),
    );
  });

  it('gives a long backlog back in order', () => {
    const list = new SequenceList();
    for (let index = 1; index <= 5000; index += 1) list.add(index);
    for (let index = 1; index <= 5000; index += 1) {
      expect(list.first()).toBe(index);
      list.delete(index);
      if (index % 7 === 0) {
        list.add(index);
        list.delete(index);
      }
    }
    expect(list.size).toBe(0);
  });
});

describe('DueHeap', () => {
  it('pops what is due, earliest first, ties by number', () => {
    const entry = fc.tuple(fc.integer({ min: 0, max: 50 }), number);
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 0, max: 60 }), (entries, now) => {
        const heap = new DueHeap();
        for (const [at, sequenceNumber] of entries) heap.push(at, sequenceNumber);
        const sorted = [...entries].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(heap.nextAt()).toBe(sorted[0]?.[0]);
        const due = sorted.filter(([at]) => at <= now).map(([, sequenceNumber]) => sequenceNumber);
        for (const expected of due) expect(heap.popDue(now)).toBe(expected);
        expect(heap.popDue(now)).toBeUndefined();
      }),
    );
  });
});
