import { posix } from 'node:path'
import { Anchors } from '../../dashboards/help/anchors.js'

/** A page of Markdown, by its path from the root of the repository. */
export interface MarkdownPage {
  readonly path: string
  readonly text: string
}

/**
 * Links of pages that lead to no file, and anchors that no heading of their target has. Addresses outside of the repository are
 * not looked at.
 *
 * @param isThere whether a file or folder is in the repository
 */
export function deadLinks(pages: readonly MarkdownPage[], isThere: (path: string) => boolean): string[] {
  const anchors = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]))
  return pages.flatMap(({ path, text }) =>
    linksOf(text).flatMap((link) => {
      const [file = '', anchor] = decodeURI(link).split('#')
      const target = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file))
      if (!isThere(target)) return [`${path}: ${link} leads to no file`]
      if (anchor === undefined || anchors.get(target)?.has(anchor) === true) return []
      return [`${path}: ${link} names an anchor that ${target} does not have`]
    }),
  )
}

/** Targets of the links and pictures of a page within the repository; what stands in code is no link. */
export function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^( *)(```+|~~~+)[\s\S]*?^\1\2/gm, '').replaceAll(/(`+)[\s\S]*?\1/g, '')
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)]
  const defined = [...prose.matchAll(/^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/gm)]
  return [...inline, ...defined].map(([, target = '']) => target).filter((target) => !/^(?:[a-z]+:|\/\/)/i.test(target))
}

/** Anchors of the headings of a page. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Anchors()
  const prose = text.replaceAll(/^( *)(```+|~~~+)[\s\S]*?^\1\2/gm, '')
  const headings = [...prose.matchAll(/^ {0,3}#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) => anchors.of(heading.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', ''))),
  )
}

/** Paths below the folders of the code that a page names in `code`, which have to be there for it to be true. */
export function codePathsOf(text: string): string[] {
  return [...text.matchAll(/`((?:src|test|simulators|dashboards|devices|factors|deploy|docker)\/[\w./-]*\w)`/g)].map(
    ([, path = '']) => path,
  )
}
