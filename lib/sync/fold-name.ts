/**
 * The form in which directories compare names, addresses and aliases: trimmed, NFC, without case
 * (RFC 7643 section 4.1.1, userName).
 */
export function foldName(name: string): string {
  return name.trim().normalize('NFC').toLowerCase();
}
