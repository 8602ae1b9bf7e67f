import { HELP_ZH, LABELS_ZH } from './settings.zh.js'
import type { SectionWords } from './words.en.js'

export const sections: SectionWords = {
  titles: {
    shifts: '班次',
    calendar: '日历',
    tariffs: '电价',
    factors: '自有排放因子',
    contracts: '绿电合同与证书',
    enpi: '能源基准',
    channels: '通知渠道',
    store: '存储',
  },
  gateway: '网关',
  add: '添加',
  addTo: (title) => `添加：${title}`,
  change: '更改',
  remove: '移除',
  row: '再加一项',
  removeRow: (number) => `移除第 ${number} 项`,
  unsaid: '未写明',
  standard: (value) => `未写明时为 ${value}`,
  yes: '是',
  no: '否',
  listHint: '多项之间用逗号',
  ics: '从文件导入节假日（ICS）',
  icsNone: '文件中没有日历里尚未包含的全天日期。',
  labels: LABELS_ZH,
  help: HELP_ZH,
}
