import type { ReportItem } from '../../base/report.js'

/** A mail with documents, or one that asks somebody to freeze a report. */
export interface DocumentMail {
  readonly language: 'en' | 'zh'
  /** Name of the schedule. */
  readonly name: string
  readonly plants: readonly string[]
  /** First and last day. */
  readonly days: string
  /** Null for a table of figures. */
  readonly item: Pick<ReportItem, 'version' | 'status' | 'frozen_by'> | null
  /** The person who is asked to freeze it; null where the mail brings what is asked for. */
  readonly asks: string | null
  /** Address of the report on the pages; null where nobody has said where those are. */
  readonly link: string | null
  /** Names of files that are too large for a mail. */
  readonly left: readonly string[]
}

/** Subject and text of a mail. */
export function wordsOfMail(mail: DocumentMail): { readonly subject: string; readonly text: string } {
  const { subject, lines } = mail.language === 'zh' ? chinese(mail) : english(mail)
  return { subject, text: `${lines.filter((line) => line !== '').join('\n\n')}\n` }
}

function english({ name, plants, days, item, asks, link, left }: DocumentMail) {
  const of = `${name}: ${plants.join(', ')}, ${days}`
  const what = item === null ? 'figures' : item.status === 'draft' ? 'draft' : 'frozen report'
  const by = item?.frozen_by ?? ''
  return {
    subject: asks === null ? `${of} (${what})` : `To be frozen: ${of}`,
    lines: [
      asks === null ? `Attached: ${what} of ${of}.` : `${asks}, the draft of ${of} is made and waits for you.`,
      asks === null ? '' : 'Look at it, and freeze it on the page Reports if it is right. Nothing is frozen by itself.',
      by === '' ? '' : `Version ${item!.version}, frozen by ${by}.`,
      link === null ? '' : link,
      left.length === 0 ? '' : `Too large for a mail: ${left.join(', ')}.`,
    ],
  }
}

function chinese({ name, plants, days, item, asks, link, left }: DocumentMail) {
  const of = `${name}：${plants.join('、')}，${days}`
  const what = item === null ? '数据表' : item.status === 'draft' ? '草稿' : '已冻结的报告'
  const by = item?.frozen_by ?? ''
  return {
    subject: asks === null ? `${of}（${what}）` : `待冻结：${of}`,
    lines: [
      asks === null ? `附件为${what}：${of}。` : `${asks}：草稿（${of}）已生成，等待您审核。`,
      asks === null ? '' : '请审核；如无误，请在“报告”页冻结。报告不会自动冻结。',
      by === '' ? '' : `第 ${item!.version} 版，由 ${by} 冻结。`,
      link === null ? '' : link,
      left.length === 0 ? '' : `因过大未随邮件发送：${left.join('、')}。`,
    ],
  }
}
