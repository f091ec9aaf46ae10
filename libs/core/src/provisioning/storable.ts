/** Text that a database can keep: without zero bytes and halves of characters. */
export function storable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
}
