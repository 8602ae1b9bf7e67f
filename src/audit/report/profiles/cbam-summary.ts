import { bilingual } from '../words.js'
import { CBAM_UNCHECKED } from './cbam.js'
import type { ReportForm } from './profile.js'

/** The summary that an operator outside the EU may pass on to the importer: its 16 items and nothing else. */
export const CBAM_SUMMARY: ReportForm = {
  id: 'cbam-summary',
  isBare: true,
  title: bilingual("CBAM operator's summary emissions report", 'CBAM 运营方排放报告摘要'),
  sections: [{ id: 'items', title: bilingual('Items of the summary', '摘要条目'), blocks: ['summary-items'] }],
  unchecked: CBAM_UNCHECKED,
}
