/** Reasons for which orders to remove something wait or have failed, in Chinese. Numbers in braces stand for what is put in. */
export const REMOVALS_ZH: Readonly<Record<string, string>> = {
  'a report is being frozen': '有报告正在冻结',
  'the ledger lags behind': '账本尚未跟上',
  'no such order has come out of the journal': '日志中没有这一移除指令',
  'the frozen report {0} rests on a day of it': '已冻结的报告 {0} 以其中某日为依据',
  '{0} is not what was sealed: put it back from a backup': '{0} 与封存时不同：请从备份恢复',
  '{0} is not as it was written: put it back from a backup': '{0} 与写入时不同：请从备份恢复',
  '{0} cannot be used: put it back from a backup': '{0} 无法使用：请从备份恢复',
  '{0} is missing: put it back from a backup': '{0} 缺失：请从备份恢复',
  '{0} has {1} instead of {2} bytes: put it back from a backup': '{0} 有 {1} 字节，应为 {2}：请从备份恢复',
  '{0} is damaged: its checksum is wrong: put it back from a backup': '{0} 已损坏，校验和不符：请从备份恢复',
  '{0} {1}: put it back from a backup': '{0} {1}：请从备份恢复',
  'the note of it is of another order': '其记录属于另一移除指令',
  '{0} has other rows than were sealed': '{0} 的行与封存时不同',
  '{0} would have {1} rows, and {2} of {3} are to stay': '{0} 将剩 {1} 行，而 {3} 行中应保留 {2} 行',
  'what was sealed ({0}) of {1} on {2}': '{1} 在 {2} 封存的内容（{0}）',
}
