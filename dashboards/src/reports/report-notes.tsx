import type { ReportItem } from '../../../src/base/report.js'
import { linkTo } from '../nav.js'
import { Icon } from '../ui/icon.js'
import { ReportIcon } from './report-icon.js'
import { reportWords } from './words.js'

interface NotesProps {
  readonly item: ReportItem
  readonly versions: readonly ReportItem[]
  /** Plants of which nothing was received in the period. */
  readonly silent: readonly string[]
}

/** Facts that a reader must know of a version first: that it can still change, or that it should be another one. */
export function ReportNotes({ item, versions, silent }: NotesProps) {
  const w = reportWords()
  const newer = versions.find(({ version }) => version > item.version)
  const sentences = [
    item.status === 'draft' ? w.document.draftNote : '',
    item.status === 'superseded' ? w.document.supersededNote : '',
    item.outdated ? w.document.outdatedNote : '',
    item.must_reissue ? w.document.reissueNote : '',
    silent.length > 0 ? w.document.silentNote(silent.join(', ')) : '',
  ].filter((sentence) => sentence !== '')
  if (sentences.length === 0) return null
  return (
    <p class="report-note" role="note">
      {item.must_reissue || silent.length > 0 ? (
        <Icon name="alert" />
      ) : item.outdated ? (
        <Icon name="clock" />
      ) : (
        <ReportIcon name={item.status === 'draft' ? 'draft' : 'superseded'} />
      )}
      <span>{sentences.reduce(w.sentences)}</span>
      {newer !== undefined && (
        <a class="text-link" href={linkTo({ view: 'report', report: newer.id, version: newer.version })}>
          {(newer.status === 'draft' ? w.document.openNext : w.document.openNewer)(w.version(String(newer.version)))}
        </a>
      )}
    </p>
  )
}
