import { follow, type PayloadPath, parsePath } from './path.js'

/** A text that is put together from a message: `{name}` is a name of its topic or path, `{$.src}` or `{@.id}` a value in its payload. */
export interface TextTemplate {
  readonly parts: readonly (string | { readonly name: string } | { readonly path: PayloadPath })[]
  readonly names: readonly string[]
  /** True when the names alone decide it. */
  readonly isOfNames: boolean
}

/** The template that a text says, or a sentence that says what is wrong with it. */
export function parseTextTemplate(text: string): TextTemplate | { readonly problem: string } {
  const parts: TextTemplate['parts'][number][] = []
  for (const [, literal, inner] of text.matchAll(/([^{}]+)|\{((?:[^{}"]|"[^"]*")*)\}|[{}]/g)) {
    if (literal !== undefined) parts.push(literal)
    else if (inner === undefined) return { problem: 'a brace is not closed: {name} or {$.path} is expected' }
    else if (/^[a-z][a-z0-9_]*$/.test(inner)) parts.push({ name: inner })
    else {
      const path = /^[$@][.[]/.test(inner) ? parsePath(inner.startsWith('@.') ? inner.slice(2) : inner) : null
      if (path === null || 'problem' in path || path.fan !== null) {
        return { problem: `{${inner}} is neither a {name} nor a path to one value, like {$.src} or {@.id}` }
      }
      parts.push({ path })
    }
  }
  if (parts.length === 0) return { problem: 'it is empty' }
  const names = parts.flatMap((part) => (typeof part === 'object' && 'name' in part ? [part.name] : []))
  return { parts, names, isOfNames: parts.every((part) => typeof part === 'string' || 'name' in part) }
}

/** The text for a message; a path when what stands there is no text and no number. */
export function filledIn(
  template: TextTemplate,
  names: Readonly<Record<string, string>>,
  root: unknown,
  part: unknown,
): string | { readonly missing: PayloadPath } {
  let text = ''
  for (const one of template.parts) {
    if (typeof one === 'string') text += one
    else if ('name' in one) text += names[one.name] ?? ''
    else {
      const value = follow(one.path.isFromRoot ? root : part, one.path.before)
      if (typeof value !== 'string' && typeof value !== 'number') return { missing: one.path }
      text += value
    }
  }
  return text
}
