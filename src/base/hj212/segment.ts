/**
 * The data segment of a frame of HJ 212: `QN=…;ST=…;CN=…;PW=…;MN=…;Flag=…;CP=&&…&&`, in the CP groups with `;` between
 * them, in a group fields with `,`: `DataTime=20190630141200;a21026-Rtd=1.0,a21026-Flag=N`.
 */
export interface Segment {
  /** Before `CP`, by name: QN, ST, CN, PW, MN, Flag, PNUM, PNO. */
  readonly head: ReadonlyMap<string, string>
  /** Inside `CP=&&…&&`, one for each `;`. */
  readonly groups: readonly string[]
}

const utf8 = new TextDecoder('utf-8')

/** Anything is a segment: what is missing is missing in `head`. */
export function readSegment(bytes: Uint8Array): Segment {
  const text = utf8.decode(bytes)
  const at = text.indexOf('CP=&&')
  const [head, groups] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 'CP=&&'.length)]
  return {
    head: new Map(
      head
        .split(';')
        .filter((field) => field !== '')
        .map(nameAndValue),
    ),
    groups: groups
      .replace(/&&$/, '')
      .split(';')
      .filter((group) => group !== ''),
  }
}

/** The segment of these parts, for `writeFrame`. */
export function writeSegment(
  head: readonly (readonly [name: string, value: string])[],
  groups: readonly string[],
): string {
  return [...head.map(([name, value]) => `${name}=${value}`), `CP=&&${groups.join(';')}&&`].join(';')
}

/** The CP of a frame in fields. */
export interface Fields {
  /** Fields without a pollutant code: DataTime, PolId, QnRtn. */
  readonly plain: ReadonlyMap<string, string>
  /** By pollutant code, then by what it is: Rtd, ZsRtd, Avg, Flag, SampleTime. A code may be spread over groups. */
  readonly factors: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Fields that came again, under the same name and with another value. */
  readonly repeated: readonly string[]
}

/** Sorts the fields of all groups by name and pollutant code; of two fields of one name the first counts. */
export function fieldsOf(groups: readonly string[]): Fields {
  const plain = new Map<string, string>()
  const factors = new Map<string, Map<string, string>>()
  const repeated: string[] = []
  const put = (fields: Map<string, string>, what: string, value: string, name: string) => {
    if (!fields.has(what)) fields.set(what, value)
    else if (fields.get(what) !== value) repeated.push(name)
  }
  for (const field of groups.flatMap((group) => group.split(','))) {
    const [name, value] = nameAndValue(field)
    // A code of its own may have a dash: what is behind the last one says what the value is.
    const dash = name.lastIndexOf('-')
    const [code, what] = [name.slice(0, dash), name.slice(dash + 1)]
    if (dash <= 0) {
      if (name !== '') put(plain, name, value, name)
      continue
    }
    const factor = factors.get(code) ?? new Map<string, string>()
    factors.set(code, factor)
    put(factor, what, value, name)
  }
  return { plain, factors, repeated }
}

function nameAndValue(field: string): [name: string, value: string] {
  const at = field.indexOf('=')
  return at < 0 ? [field.trim(), ''] : [field.slice(0, at).trim(), field.slice(at + 1).trim()]
}
