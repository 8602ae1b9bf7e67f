import type { Text } from '../../base/report.js'
import { BundleFault } from '../bundle/fault.js'

/** No line of a bundle is longer: an event is as large as one message, and quotes double. */
const LINE_MAX_BYTES = 8 * 2 ** 20

const ENDLESS: Text = { en: 'it has a line without an end', zh: '其中有一行没有行尾' }
const OPEN: Text = { en: 'its last line does not end', zh: '最后一行没有行尾' }

const LINE_FEED = 0x0a
const QUOTE = 0x22

/**
 * Calls `take` for each line of a CSV file, without its line feed; one inside quotes belongs to the line. The bytes are
 * only good during the call. Throws a `BundleFault` where the last line does not end, or one has no end in sight.
 */
export async function eachLine(
  subject: string,
  chunks: AsyncIterable<Buffer>,
  take: (line: Buffer) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    rest = bytes.subarray(linesOf(bytes, take))
    if (rest.length > LINE_MAX_BYTES) throw new BundleFault('file', subject, ENDLESS)
  }
  if (rest.length > 0) throw new BundleFault('file', subject, OPEN)
}

/** Gives the whole lines of some bytes, and says where the first one that is not whole begins. */
function linesOf(bytes: Buffer, take: (line: Buffer) => void): number {
  let start = 0
  let quote = bytes.indexOf(QUOTE)
  let end = bytes.indexOf(LINE_FEED)
  while (end !== -1) {
    while (quote !== -1 && quote < end) {
      const closing = bytes.indexOf(QUOTE, quote + 1)
      if (closing === -1) return start
      if (closing > end) end = bytes.indexOf(LINE_FEED, closing + 1)
      if (end === -1) return start
      quote = bytes.indexOf(QUOTE, closing + 1)
    }
    take(bytes.subarray(start, end))
    start = end + 1
    end = bytes.indexOf(LINE_FEED, start)
  }
  return start
}
