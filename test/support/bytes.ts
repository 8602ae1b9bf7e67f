/** Bytes as tests write them: hex and "ASCII", each with "*n" behind it that many times. */
export function bytesOf(notation: string): Buffer {
  const parts = [...notation.matchAll(/"([^"]*)"(?:\*(\d+))?|([0-9a-f]+)(?:\*(\d+))?/g)]
  return Buffer.concat(
    parts.map(([, ascii, asciiTimes, hex = '', hexTimes]) => {
      const once = ascii === undefined ? Buffer.from(hex, 'hex') : Buffer.from(ascii, 'latin1')
      const times = Number(asciiTimes ?? hexTimes ?? 1)
      return Buffer.alloc(once.length * times, once)
    }),
  )
}
