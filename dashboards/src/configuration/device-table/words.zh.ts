import type { DeviceTableWords } from './words.en.js'

export const deviceTable: DeviceTableWords = {
  title: '设备表',
  sub: '供电子表格使用的 CSV：每行一台设备，每次最多 1,000 台',
  about: '列：plant、id、line、role、on_change、period_s（elec_import_kwh=60 elec_import_kw=5，单位为秒）。',
  rules: '每行添加或更改一台设备，空单元格移除该设置，表中没有的设备保持不变。',
  download: '下载 CSV',
  choose: '导入表格',
  preview: '表格带来的更改',
  added: (count) => `添加：${count}`,
  changed: (count) => `更改：${count}`,
  stays: (unchanged, untouched) => `${unchanged} 行与配置一致；${untouched} 台设备不在表中，保持不变。`,
  nothing: '没有更改。',
  row: (row) => `第 ${row} 行`,
  column: (column) => `${column} 列`,
  none: '无',
  more: (count) => `另有 ${count} 项`,
}
