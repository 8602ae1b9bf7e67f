import type { PacketFault } from './packet-rules.js'
import { PacketScanner } from './packet-scanner.js'
import type { ScannerOutput } from './scanner-output.js'

/** The first byte of a packet and its remaining length. */
const HEADER_BYTES_MAX = 5

const NOBODY: ScannerOutput = { pass: () => undefined, connect: () => undefined, ping: () => undefined }

/** Judges a connection by its first bytes; null when they may be the beginning of a CONNECT. */
export function openingFault(first: Buffer): PacketFault | null {
  return new PacketScanner(NOBODY, 0).scan(first.subarray(0, HEADER_BYTES_MAX))
}
