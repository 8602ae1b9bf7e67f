/**
 * Place of a value in a payload: keys with points between them, `[0]` for a place in a list, `*` or `[*]` for all of a
 * list or map, `switch:{channel}` for the keys of a map that look like this, whose part is then known as `channel`. A key
 * with a point, bracket, brace, star or quotation mark in it is put in quotation marks. A path begins at the part of the
 * payload that is being read, with `$.` at the payload itself. There is nothing else: no filters, no arithmetic.
 */
export interface PayloadPath {
  /** As it was written. */
  readonly text: string
  readonly isFromRoot: boolean
  /** Keys and places on the way to the fan, or to the value when there is none. */
  readonly before: readonly (string | number)[]
  /** The step at which it goes on to several members; null when there is none. */
  readonly fan: Fan | null
  readonly after: readonly (string | number)[]
}

/** Members of a list or map that a path goes on to. */
export interface Fan {
  /** Name that the key of a member is known as; null when nobody asks. */
  readonly name: string | null
  /** A key begins and ends with these, and a named one has at least one character between them; both '' for any. */
  readonly prefix: string
  readonly suffix: string
}

const NAME = '[a-z][a-z0-9_]*'
/** One part after a point: a star, a key in quotation marks, a key with a name in it, or a plain key; then places. */
const PART = new RegExp(
  `(?:(\\*)|"((?:[^"\\\\]|\\\\["\\\\])*)"|([^."*{}[\\]]*)\\{(${NAME})\\}([^."*{}[\\]]*)|([^."*{}[\\]]+))((?:\\[(?:\\d{1,6}|\\*)\\])*)`,
  'y',
)
const PATH_CHARS_MAX = 256

/** The path that a text says, or a sentence that says what is wrong with it. */
export function parsePath(text: string): PayloadPath | { readonly problem: string } {
  if (text.length > PATH_CHARS_MAX) return { problem: `a path has at most ${PATH_CHARS_MAX} characters` }
  const isFromRoot = text === '$' || text.startsWith('$.') || text.startsWith('$[')
  const steps = stepsOf(isFromRoot ? text.slice(text[1] === '.' ? 2 : 1) : text, text === '$')
  if (steps === null) {
    return { problem: 'a path is written like ENERGY.Power[0], params.switch:{channel}.apower or $."a.b".c' }
  }
  const fans = steps.filter((step) => typeof step === 'object')
  if (fans.length > 1) return { problem: 'a path goes on to several members in one place only (* or {name})' }
  const at = fans.length === 0 ? steps.length : steps.indexOf(fans[0]!)
  return {
    text,
    isFromRoot,
    before: steps.slice(0, at) as (string | number)[],
    fan: fans[0] ?? null,
    after: steps.slice(at + 1) as (string | number)[],
  }
}

function stepsOf(text: string, mayBeEmpty: boolean): (string | number | Fan)[] | null {
  const steps: (string | number | Fan)[] = []
  if (text === '') return mayBeEmpty ? steps : null
  // A path that begins with a place in a list has no key before it.
  let at = /^(?:\[(?:\d{1,6}|\*)\])+/.exec(text)?.[0].length ?? 0
  addPlaces(text.slice(0, at), steps)
  while (at < text.length) {
    if (at > 0) {
      if (text[at] !== '.') return null
      at++
    }
    PART.lastIndex = at
    const part = PART.exec(text)
    if (part === null) return null
    const [whole, star, quoted, prefix, name, suffix, key, places] = part
    if (star !== undefined) steps.push({ name: null, prefix: '', suffix: '' })
    else if (name !== undefined) steps.push({ name, prefix: prefix!, suffix: suffix! })
    else steps.push(key ?? quoted!.replace(/\\(["\\])/g, '$1'))
    addPlaces(places!, steps)
    at += whole.length
  }
  return steps
}

function addPlaces(places: string, steps: (string | number | Fan)[]): void {
  for (const [, place] of places.matchAll(/\[(\d+|\*)\]/g)) {
    steps.push(place === '*' ? { name: null, prefix: '', suffix: '' } : Number(place))
  }
}

/** The value at the end of some keys and places; undefined when it is not there. */
export function follow(from: unknown, steps: readonly (string | number)[]): unknown {
  let here = from
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!
    if (typeof here !== 'object' || here === null || Array.isArray(here) !== (typeof step === 'number'))
      return undefined
    // Members that an object inherits were not sent: `constructor` finds nothing.
    if (!Object.hasOwn(here, step)) return undefined
    here = (here as Record<string | number, unknown>)[step]
  }
  return here
}

/** Calls `visit` for each member that a fan goes on to, with what its key is known as: between prefix and suffix. */
function visitFan(from: unknown, fan: Fan, visit: (member: unknown, key: string) => void): void {
  if (typeof from !== 'object' || from === null) return
  if (Array.isArray(from)) {
    if (fan.prefix === '' && fan.suffix === '') for (let i = 0; i < from.length; i++) visit(from[i], String(i))
    return
  }
  for (const key of Object.keys(from)) {
    // A name stands for one character at least; a star goes on to the member with the empty key too.
    if (fan.name !== null && key.length <= fan.prefix.length + fan.suffix.length) continue
    if (!key.startsWith(fan.prefix) || !key.endsWith(fan.suffix)) continue
    visit(
      (from as Record<string, unknown>)[key],
      fan.prefix === '' && fan.suffix === '' ? key : key.slice(fan.prefix.length, key.length - fan.suffix.length),
    )
  }
}

/** Calls `visit` for what stands at a path: once, or for each member of its fan, with the name of that and the member itself. */
export function visitPath(
  from: unknown,
  { before, fan, after }: PayloadPath,
  visit: (sent: unknown, name: string, member: unknown) => void,
): void {
  const start = follow(from, before)
  if (fan === null) visit(start, '', start)
  else visitFan(start, fan, (member, name) => visit(follow(member, after), name, member))
}
