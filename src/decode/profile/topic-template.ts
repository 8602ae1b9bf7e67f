/**
 * The topics of one kind of message: levels that are as they are written, `{name}` for what differs, `{name*}` for one or
 * more whole levels, `+` and a last `#` as in MQTT for what nobody asks about.
 */
export interface TopicTemplate {
  /** The texts that the names stand for in a topic; null when the topic is another one. */
  match(topic: string): Readonly<Record<string, string>> | null
  readonly names: readonly string[]
}

const LEVEL = /^([^{}+#]*)\{([a-z][a-z0-9_]*)(\*?)\}([^{}+#]*)$/
const LITERAL = /^[^{}+#]*$/

/** The template that a text says, or a sentence that says what is wrong with it. `{prefix}` is no name: it is put in before. */
export function parseTopicTemplate(text: string): TopicTemplate | { readonly problem: string } {
  const names: string[] = []
  const levels = text.split('/')
  let manyLevels = 0
  let source = '^'
  for (const [index, level] of levels.entries()) {
    const isLast = index === levels.length - 1
    const separator = index === 0 ? '' : '/'
    if (level === '#' && isLast && index > 0) {
      source += '(?:/.*)?'
      continue
    }
    const named = LEVEL.exec(level)
    if (level === '+') source += `${separator}[^/]*`
    else if (LITERAL.test(level)) source += separator + escaped(level)
    else if (named !== null) {
      const [, before, name, many, after] = named
      if (many !== '' && (before !== '' || after !== '')) {
        return { problem: `{${name}*} stands for whole levels: nothing may stand beside it in its level` }
      }
      if (names.includes(name!)) return { problem: `{${name}} is there twice: give the second another name` }
      manyLevels += many === '' ? 0 : 1
      names.push(name!)
      source += `${separator}${escaped(before!)}(?<${name}>${many === '' ? '[^/]+' : '.+'})${escaped(after!)}`
    } else {
      return {
        problem: `the level "${level}" is neither plain text nor text with one {name}, {name*}, + or a last #`,
      }
    }
  }
  // Two of them could share the levels between them in many ways.
  if (manyLevels > 1) return { problem: 'only one {name*} may stand in a topic' }
  const pattern = new RegExp(`${source}$`, 's')
  return {
    names,
    match: (topic) => {
      const found = pattern.exec(topic)
      return found === null ? null : (found.groups ?? {})
    },
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
