import { z } from 'zod';

const seconds = (usual: number) => z.number().nonnegative().default(usual);
const count = (usual: number) => z.number().int().positive().default(usual);
const percent = (usual: number) => z.number().min(0).default(usual);

/**
 * How change notifications are delivered. Where the documentation gives a figure, that is what
 * holds if nothing is said (Graph docs: change notifications, delivery by webhooks).
 */
export const notificationOptionsSchema = z
  .object({
    /** How long notifications are collected into one request. */
    batchSeconds: seconds(0.5),
    itemsPerPost: count(100),
    /** Requests to one address at the same time. */
    parallelPosts: count(4),
    /** Notifications that may wait for one address; more are dropped. */
    mostWaiting: count(20_000),
    /** How long the answer to a notification may take; by the wall clock. */
    answerSeconds: seconds(3),
    /** The same where it is sent again. */
    retryAnswerSeconds: seconds(10),
    /** How long the answer to a validation request may take; by the wall clock. */
    handshakeSeconds: seconds(10),
    /** The pause before the second attempt; every further one is twice as long. */
    retrySeconds: seconds(5),
    longestRetrySeconds: seconds(1800),
    giveUpSeconds: seconds(4 * 3600),
    /** An answer that takes longer is slow. */
    slowAnswerSeconds: seconds(2.9),
    /** From so many slow ones of 100 on, notifications come late. */
    slowPercent: percent(10),
    /** As `slowAnswerSeconds`, for dropping. */
    dropAnswerSeconds: seconds(2.9),
    /** From so many of 100 on, notifications are dropped. */
    dropPercent: percent(15),
    /** An address is judged by no fewer answers than these, counted in a window. */
    judgedAnswers: count(100),
    windowSeconds: seconds(600),
    /** How late notifications to a slow address come, and how long a judgement lasts. */
    delaySeconds: seconds(600),
    /** How long a notification that others overtake waits for them. */
    overtakenSeconds: seconds(5),
    /** How long before its end an authorization is asked for anew, and how often. */
    reauthorizeSeconds: z.number().positive().default(900),
    /** Subscriptions of one app. */
    subscriptionsPerApp: count(100),
  })
  .prefault({});

export type NotificationSettings = z.output<typeof notificationOptionsSchema>;
