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
  const line = new OpenLine()
  for await (const chunk of chunks) {
    line.take(chunk, take)
    if (line.bytes > LINE_MAX_BYTES) throw new BundleFault('file', subject, ENDLESS)
  }
  if (line.bytes > 0) throw new BundleFault('file', subject, OPEN)
}

/** A line whose end has not come yet; each byte is looked at once, however the chunks are cut. */
class OpenLine {
  bytes = 0
  readonly #held: Buffer[] = []
  #isQuoted = false

  /** Gives the lines that end in a chunk, and keeps what stands behind the last one. */
  take(chunk: Buffer, take: (line: Buffer) => void): void {
    let start = 0
    let at = 0
    let quote = chunk.indexOf(QUOTE)
    let end = chunk.indexOf(LINE_FEED)
    for (;;) {
      if (quote !== -1 && quote < at) quote = chunk.indexOf(QUOTE, at)
      if (this.#isQuoted) {
        if (quote === -1) break
        this.#isQuoted = false
        at = quote + 1
        continue
      }
      if (end !== -1 && end < at) end = chunk.indexOf(LINE_FEED, at)
      if (quote !== -1 && (end === -1 || quote < end)) {
        this.#isQuoted = true
        at = quote + 1
        continue
      }
      if (end === -1) break
      take(this.#whole(chunk.subarray(start, end)))
      start = end + 1
      at = start
    }
    if (start === chunk.length) return
    // The chunk may be used again by whoever reads.
    this.#held.push(Buffer.from(chunk.subarray(start)))
    this.bytes += chunk.length - start
  }

  #whole(last: Buffer): Buffer {
    if (this.#held.length === 0) return last
    const whole = Buffer.concat([...this.#held, last])
    this.#held.length = 0
    this.bytes = 0
    return whole
  }
}
