import { language } from '../settings.js'

const en = {
  open: 'Remove with its readings…',
  title: (device: string) => `Remove ${device}`,
  asking: 'Looking at what it has sent…',
  would: (readings: string) =>
    `${readings} readings and all figures made of them go, out of the record too; the ledger says who took them out, why, and their sum. A device that sends again is new. This cannot be undone.`,
  refused: {
    unknown: 'The gateway does not know this device any more.',
    configured:
      'It is configured or registered: take it out of there first. A device whose past is to stay is retired instead.',
    reported: (report: string) =>
      `The frozen report ${report} rests on its readings: they stay. Retire the device instead.`,
    freezing: 'A report of this plant is being frozen: try again in a minute.',
  },
  why: 'Why (stands in the ledger)',
  whyMissing: 'Say why: whoever verifies a report reads it.',
  by: 'Who takes it out',
  byMissing: 'Say who you are.',
  submit: 'Remove',
  cancel: 'Cancel',
  done: (device: string) => `${device} is being removed; sealed days follow one by one.`,
  configuredFirst:
    'This device is in the configuration. To remove it with its data, take it out there first: that has a preview and can be undone. Then this page offers to remove what it sent, which cannot. A device whose past is to stay is retired there instead.',
  toConfiguration: 'To the configuration',
  metric: {
    open: 'Remove a metric with its readings…',
    title: (device: string) => `Remove a metric of ${device}`,
    which: 'Metric',
    choose: 'Choose the metric.',
    would: (readings: string, since: string) =>
      `${readings} readings${since === '' ? '' : ` since ${since}`} go, out of the record too, and figures are computed without them; the ledger says who took them out, why, and their sum. The device stays, and a metric that it sends again is new. This cannot be undone.`,
    refused: {
      unknown: 'The gateway does not know this metric any more.',
      configured: 'The configuration names it under metrics of the device: take it out there first.',
      merged: (others: string) => `Figures are made of it together with ${others}: it stays.`,
      reported: (report: string) => `The frozen report ${report} rests on its readings: they stay.`,
      freezing: 'A report of this plant is being frozen: try again in a minute.',
    },
    done: (metric: string) => `${metric} is being removed; sealed days follow one by one.`,
  },
}

const zh: typeof en = {
  open: '连同读数一起移除…',
  title: (device) => `移除 ${device}`,
  asking: '正在查看它发送过的数据…',
  would: (readings) =>
    `将删除 ${readings} 个读数及由其得出的全部数值，档案中也一并移除；账本会记明由谁、为何移除及其校验值。此后再次发送的设备视为新设备。此操作无法撤销。`,
  refused: {
    unknown: '网关已不认识该设备。',
    configured: '该设备已配置或已登记：请先从中移除。需保留历史的设备应退役。',
    reported: (report) => `已冻结的报告 ${report} 以其读数为依据：读数保留。请改为退役该设备。`,
    freezing: '该工厂的一份报告正在冻结：请一分钟后再试。',
  },
  why: '原因（记入账本）',
  whyMissing: '请说明原因：校验报告的人会看到。',
  by: '操作人',
  byMissing: '请说明您是谁。',
  submit: '移除',
  cancel: '取消',
  done: (device) => `正在移除 ${device}；已封存的日期将逐日处理。`,
  configuredFirst:
    '该设备在配置中。若要连同数据移除，请先将其移出配置：有预览，可以撤销。之后此页可移除它发送过的数据，该操作无法撤销。需保留历史的设备应在配置中退役。',
  toConfiguration: '前往配置',
  metric: {
    open: '连同读数移除一个测点…',
    title: (device) => `移除 ${device} 的测点`,
    which: '测点',
    choose: '请选择测点。',
    would: (readings, since) =>
      `将删除 ${readings} 个读数${since === '' ? '' : `（自 ${since} 起）`}，档案中也一并移除，各项数值将不含这些读数重新计算；账本会记明由谁、为何移除及其校验值。设备保留，此后再次发送的该测点视为新测点。此操作无法撤销。`,
    refused: {
      unknown: '网关已不认识该测点。',
      configured: '配置中该设备的 metrics 列有此测点：请先从中移除。',
      merged: (others) => `数值由它与 ${others} 共同得出：保留。`,
      reported: (report) => `已冻结的报告 ${report} 以其读数为依据：读数保留。`,
      freezing: '该工厂的一份报告正在冻结：请一分钟后再试。',
    },
    done: (metric) => `正在移除 ${metric}；已封存的日期将逐日处理。`,
  },
}

/** Words of the removal of a device; they come with its page. */
export const removalWords = () => (language.value === 'zh' ? zh : en)
