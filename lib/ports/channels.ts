/** A message to a person. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** E-mail. */
export interface Mail {
  /**
   * @throws AppError `bad-configuration` where no server is configured, `bad-request` where the server
   *   refuses the message for good, `unavailable`; none of them holds an address
   */
  send(message: MailMessage): Promise<void>;
}

/** A message to a program, signed as Standard Webhooks have it. */
export interface WebhookMessage {
  readonly url: string;
  /** The same whenever the same is sent: receivers drop what they know. */
  readonly id: string;
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly body: string;
}

export interface Webhooks {
  /** @throws AppError `bad-request` where the address must not be called, `unavailable` */
  post(message: WebhookMessage): Promise<void>;
}
