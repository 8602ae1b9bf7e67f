/** Faults of a table of devices, in Chinese. Numbers in braces stand for what is put in. */
export const TABLES_ZH: Readonly<Record<string, string>> = {
  'is not a plant of the configuration': '不是配置中的工厂',
  'add the plant first': '请先添加该工厂',
  'add the plant first, or name one of {0}': '请先添加该工厂，或填写以下之一：{0}',
  'give the device the id that its topics have': '请填写设备主题中的 ID',
  'stands already in row {0}': '已在第 {0} 行',
  'leave one of the two rows': '请保留两行之一',
  'write a metric, = and seconds, several apart by spaces: elec_import_kwh=60 elec_import_kw=5':
    '请写测点、= 和秒数，多个以空格分隔：elec_import_kwh=60 elec_import_kw=5',
  'is no period of a metric': '不是测点的周期',
  'names {0} twice': '两次列出 {0}',
  'leave one of the two': '请保留两者之一',
  'Row {0} has more cells than the {1} columns of row 1: quote a cell that holds the separator.':
    '第 {0} 行的单元格多于第 1 行的 {1} 列：含分隔符的单元格须加引号。',
  'The table has no device: put one into each row below the columns.': '表中没有设备：请在列名下每行填写一台。',
  'The table has {0} devices, and one may have {1}: divide it, plant by plant.':
    '表中有 {0} 台设备，最多 {1} 台：请按工厂拆分。',
  'The table is not UTF-8: save it as "CSV UTF-8".': '表不是 UTF-8：请另存为“CSV UTF-8”。',
  'The table is no CSV: {0}. Write it as RFC 4180 says.': '表不是 CSV：{0}。请按 RFC 4180 编写。',
  'The table has no column {0}. {1}': '表中缺少列 {0}。{1}',
  'The table has a column {0}, which is not known. {1}': '表中有未知的列 {0}。{1}',
  'The table has the column {0} twice. {1}': '表中列 {0} 出现两次。{1}',
  'The first row names them: {0}; only {1} have to be there.': '第一行写列名：{0}；其中只有 {1} 必须有。',
}
