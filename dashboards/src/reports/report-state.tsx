import type { ReportItem, ReportStatus } from '../../../src/base/report.js'
import { Icon } from '../ui/icon.js'
import { ReportIcon, type ReportIconName } from './report-icon.js'
import { reportWords } from './words.js'

const SHAPES: Readonly<Record<ReportStatus, ReportIconName>> = {
  draft: 'draft',
  frozen: 'frozen',
  verified: 'proof',
  superseded: 'superseded',
}

/** Status of a version: a shape and a word, no colour. */
export function ReportState({ status }: { readonly status: ReportStatus }) {
  return (
    <span class={`report-state is-${status}`}>
      <ReportIcon name={SHAPES[status]} size={14} />
      {reportWords().statuses[status]}
    </span>
  )
}

/** That later readings or settings would change it: what an auditor must not overlook. */
export function ReportWarning({ item }: { readonly item: Pick<ReportItem, 'outdated' | 'must_reissue'> }) {
  const w = reportWords()
  if (!item.outdated && !item.must_reissue) return null
  return (
    <span class="report-warning" title={item.must_reissue ? w.mustReissueTitle : w.outdatedTitle}>
      {item.must_reissue ? <Icon name="alert" size={14} /> : <Icon name="clock" size={14} />}
      {item.must_reissue ? w.mustReissue : w.outdated}
    </span>
  )
}
