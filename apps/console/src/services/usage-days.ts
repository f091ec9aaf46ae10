/** The day of UTC that lies so many days before a moment, as the API has days. */
export function daysBefore(nowMs: number, days: number): string {
  return new Date(nowMs - days * 86_400_000).toISOString().slice(0, 10);
}
