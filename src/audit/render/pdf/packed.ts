import { deflateSync } from 'node:zlib'

/**
 * Packs what PDFKit has written: it keeps each object apart and in clear text, and a tagged report has thousands of small ones. All that
 * are no streams go into compressed object streams. Source: ISO 32000-1, 7.5.7 and 7.5.8.
 */

interface Numbered {
  readonly number: number
  readonly body: Buffer
}

/** Objects of one stream: a reader that wants one of them inflates all. */
const OBJECTS_A_STREAM = 200

export function packedPdf(pdf: Buffer): Buffer {
  const { offsets, xrefAt, trailer } = crossReference(pdf)
  const inOrder = offsets.map((at, i) => ({ at, number: i + 1 })).sort((a, b) => a.at - b.at)
  const file = new FileWriter(pdf.subarray(0, inOrder[0]!.at), offsets.length)
  const small: Numbered[] = []
  inOrder.forEach(({ at, number }, i) => {
    const whole = pdf.subarray(at, inOrder[i + 1]?.at ?? xrefAt)
    const from = whole.indexOf(OBJECT) + OBJECT.length
    if (whole.includes(STREAM)) file.object(number, whole)
    else small.push({ number, body: whole.subarray(from, whole.lastIndexOf(END_OBJECT)) })
  })
  small.sort((a, b) => a.number - b.number)
  for (let i = 0; i < small.length; i += OBJECTS_A_STREAM) file.objectStream(small.slice(i, i + OBJECTS_A_STREAM))
  return file.end(trailer)
}

const OBJECT = ' obj\n'
const END_OBJECT = '\nendobj'
const STREAM = '\nstream\n'

/** Reads the place of each object, by its number less one, and the lines of the trailer that say what the document begins with. */
function crossReference(pdf: Buffer) {
  const xrefAt = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(pdf.toString('latin1', pdf.length - 64))?.[1])
  const [table = '', rest = ''] = pdf.toString('latin1', xrefAt).split('trailer\n')
  const offsets = [...table.matchAll(/^(\d{10}) 00000 n/gm)].map(([, at]) => Number(at))
  const trailer = (rest.split('startxref')[0] ?? '')
    .trim()
    .replace(/^<<|>>$|\/Size \d+/g, '')
    .trim()
  return { offsets, xrefAt, trailer }
}

class FileWriter {
  readonly #chunks: Buffer[]
  /** Type, place and index of each object, by its number. */
  readonly #entries: (readonly [type: number, place: number, index: number])[] = [[0, 0, 65_535]]
  #length: number
  #next: number

  constructor(head: Buffer, objects: number) {
    this.#chunks = [head]
    this.#length = head.length
    this.#next = objects + 1
  }

  object(number: number, whole: Buffer): void {
    this.#entries[number] = [1, this.#length, 0]
    this.#write(whole)
  }

  objectStream(objects: readonly Numbered[]): void {
    const number = this.#next++
    const places: string[] = []
    let at = 0
    objects.forEach((one, index) => {
      places.push(`${one.number} ${at}`)
      this.#entries[one.number] = [2, number, index]
      at += one.body.length + 1
    })
    const head = Buffer.from(`${places.join(' ')}\n`)
    const bodies = objects.flatMap(({ body }) => [body, Buffer.from('\n')])
    const about = `/Type /ObjStm\n/N ${objects.length}\n/First ${head.length}`
    this.#stream(number, about, Buffer.concat([head, ...bodies]))
  }

  /** The last object says where all stand, itself too. */
  end(trailer: string): Buffer {
    const number = this.#next
    const at = this.#length
    this.#entries[number] = [1, at, 0]
    const table = Buffer.alloc(7 * (number + 1))
    for (let i = 0; i <= number; i++) {
      const [type, place, index] = this.#entries[i] ?? [0, 0, 0]
      table.writeUInt8(type, 7 * i)
      table.writeUInt32BE(place, 7 * i + 1)
      table.writeUInt16BE(index, 7 * i + 5)
    }
    this.#stream(number, `/Type /XRef\n/Size ${number + 1}\n/W [1 4 2]\n${trailer}`, table)
    this.#write(Buffer.from(`startxref\n${at}\n%%EOF\n`))
    return Buffer.concat(this.#chunks)
  }

  #stream(number: number, about: string, content: Buffer): void {
    const bytes = deflateSync(content)
    const head = `${number} 0 obj\n<<\n${about}\n/Filter /FlateDecode\n/Length ${bytes.length}\n>>\nstream\n`
    this.object(number, Buffer.concat([Buffer.from(head), bytes, Buffer.from('\nendstream\nendobj\n')]))
  }

  #write(bytes: Buffer): void {
    this.#chunks.push(bytes)
    this.#length += bytes.length
  }
}
