import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix, sep } from 'node:path'

export type Tongue = 'en' | 'zh'

/** A page of the help: a document of the repository, or a file or folder that one links to. */
export interface HelpPage {
  /** Path in the repository, such as `docs/use/alarms.md`. */
  readonly source: string
  /** Path below `/help/`, such as `use/alarms.html`. */
  readonly target: string
  readonly tongue: Tongue
  /** Markdown. */
  readonly text: string
}

/** Papers beside `docs/`, which it links to. */
const PAPERS = ['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']
/** Pages whose place in the help is that of an index. */
const FRONT: Readonly<Record<string, string>> = { 'README.md': 'index.html', 'README.zh-CN.md': 'zh/index.html' }

/** Every document of the help, by its path in the repository. */
export function documentsOf(root: string): ReadonlyMap<string, HelpPage> {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const paths = names.map((name) => `docs/${name.split(sep).join('/')}`).filter((path) => path.endsWith('.md'))
  return new Map(
    [...paths.sort(), ...PAPERS].map((source) => {
      const text = readFileSync(join(root, source), 'utf8')
      return [source, { source, target: targetOf(source), tongue: tongueOf(source), text }]
    }),
  )
}

/** Path below `/help/` of a document, picture, file or folder of the repository. */
export function targetOf(source: string): string {
  const front = FRONT[source]
  if (front !== undefined) return front
  const inHelp = source.startsWith('docs/') ? source.slice('docs/'.length) : source
  if (/\.(png|svg)$/.test(source)) return inHelp
  if (source.endsWith('.md')) return inHelp.replace(/(^|\/)README\.md$/, '$1index.html').replace(/\.md$/, '.html')
  return source.startsWith('docs/') ? `${inHelp}/index.html` : `files/${inHelp}.html`
}

/**
 * A page for what is no document: the text of a file, or the list of a folder's documents. Throws where there is nothing, for then
 * the link that leads there is dead.
 */
export function pageOfFile(root: string, source: string): HelpPage {
  const path = join(root, source)
  if (!existsSync(path)) throw new Error(`The documents link to ${source}, which is not there.`)
  const page = { source, target: targetOf(source), tongue: tongueOf(source) }
  if (!statSync(path).isDirectory()) {
    return { ...page, text: `# ${posix.basename(source)}\n\n\`\`\`\`\n${readFileSync(path, 'utf8')}\n\`\`\`\`\n` }
  }
  const names = readdirSync(path).filter((name) => name.endsWith('.md'))
  const titles = names.map(
    (name) => `- [${titleOf(readFileSync(join(path, name), 'utf8'))}](${posix.basename(source)}/${name})`,
  )
  return { ...page, text: `# ${posix.basename(source)}\n\n${titles.join('\n')}\n` }
}

export function titleOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? ''
}

function tongueOf(source: string): Tongue {
  return source.startsWith('docs/zh/') || source.endsWith('.zh-CN.md') ? 'zh' : 'en'
}
