/** Takes mails that somebody asks for. They are composed and sent by a worker. */
export abstract class MailDesk {
  /** The welcome mail of a service once more. Throws `invalid_config` when no mail can be sent. */
  abstract welcome(serviceId: string): Promise<void>;
  /** A new link for a customer whose old one is over; asked for more than once within an hour it is sent once. */
  abstract newLink(customerId: string, oldLinkId: string): Promise<void>;
  /**
   * A link to set a new password, for whoever has an account or services under this address, if anybody. Asked for more than once within
   * a quarter of an hour it is sent once. Throws as `welcome`.
   */
  abstract resetPassword(email: string): Promise<void>;
  /** That the password of an account is another one. Nothing where no mail can be sent. */
  abstract passwordChanged(accountId: string): Promise<void>;
}
