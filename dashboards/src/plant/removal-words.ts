import { language } from '../settings.js'

const counted = (count: string, one: string, many: string) => `${count} ${count === '1' ? one : many}`

const en = {
  open: 'Remove the plant with its data…',
  openShort: 'Remove…',
  title: (plant: string) => `Remove plant ${plant}`,
  asking: 'Looking at what its devices have sent…',
  goes: 'What goes',
  would: (devices: string, readings: string) =>
    `${counted(devices, 'device', 'devices')} with ${counted(readings, 'reading', 'readings')} and all figures made of them, out of the record too.`,
  since: (time: string) => `The oldest reading is of ${time}.`,
  nothing: 'Nothing can go now.',
  stays: 'What stays',
  others: 'Figures that InfluxDB and other servers were given; nobody takes them back from there.',
  ledger:
    'The ledger, which says who took out what, when and why; frozen reports; and what people entered for the plant as a whole.',
  reasons: {
    unknown: 'the gateway does not know it any more',
    configured: 'registered: take it out of the list of devices first (greengauge device remove)',
    reported: (report: string) => `the frozen report ${report} rests on its readings, which never go`,
    freezing: 'a report of this plant is being frozen: try again in a minute',
  },
  more: (count: string) => `and ${count} more`,
  partly: 'The plant stays with the devices that stay.',
  final: 'This cannot be undone. A device that sends again is new, and so is its plant.',
  confirm: (plant: string) => `Type ${plant} to confirm`,
  confirmMissing: (plant: string) => `Type ${plant}: it says that you mean this plant.`,
  submit: 'Remove for good',
  cancel: 'Cancel',
  begun: (plant: string) => `${plant} is being removed.`,
  going: (plant: string) => `Plant ${plant} is being removed`,
  progress: (devices: string, days: string, readings: string) =>
    `${counted(devices, 'device', 'devices')}: ${counted(days, 'day', 'days')} of the archive done, ${counted(readings, 'reading', 'readings')} gone from it.`,
  goesOn: 'It goes on when you leave this page, and after a restart.',
  waits: 'It waits:',
  failed: 'Not all of it was removed:',
  gone: (plant: string) => `Plant ${plant} is gone.`,
  configuredFirst:
    'This plant is in the configuration. To remove it with its data, take it out there first: that has a preview and can be undone. Then this page offers to remove what its devices sent, which cannot.',
  toConfiguration: 'To the configuration',
}

const zh: typeof en = {
  open: '连同数据移除该工厂…',
  openShort: '移除…',
  title: (plant) => `移除工厂 ${plant}`,
  asking: '正在查看其设备发送过的数据…',
  goes: '将删除',
  would: (devices, readings) => `${devices} 台设备的 ${readings} 个读数及由其得出的全部数值，档案中也一并移除。`,
  since: (time) => `最早的读数为 ${time}。`,
  nothing: '目前没有可以删除的内容。',
  stays: '将保留',
  others: '已写入 InfluxDB 及其他服务器的数值，不会从那里收回。',
  ledger: '账本（记明何人、何时、为何移除了什么）、已冻结的报告，以及为整个工厂人工录入的内容。',
  reasons: {
    unknown: '网关已不认识该设备',
    configured: '已登记：请先将其移出设备登记表（greengauge device remove）',
    reported: (report) => `已冻结的报告 ${report} 以其读数为依据，这些读数绝不删除`,
    freezing: '该工厂的一份报告正在冻结：请一分钟后再试',
  },
  more: (count) => `以及另外 ${count} 台`,
  partly: '该工厂将与保留的设备一同保留。',
  final: '此操作无法撤销。此后再次发送的设备及其工厂均视为新的。',
  confirm: (plant) => `输入 ${plant} 以确认`,
  confirmMissing: (plant) => `请输入 ${plant}，以确认就是该工厂。`,
  submit: '永久移除',
  cancel: '取消',
  begun: (plant) => `正在移除 ${plant}。`,
  going: (plant) => `正在移除工厂 ${plant}`,
  progress: (devices, days, readings) => `${devices} 台设备：档案已处理 ${days} 天，已从中删除 ${readings} 个读数。`,
  goesOn: '离开此页或重启后仍会继续。',
  waits: '正在等待：',
  failed: '未能全部移除：',
  gone: (plant) => `工厂 ${plant} 已移除。`,
  configuredFirst:
    '该工厂在配置中。若要连同数据移除，请先将其移出配置：有预览，可以撤销。之后此页可移除其设备发送过的数据，该操作无法撤销。',
  toConfiguration: '前往配置',
}

/** Words of the removal of a plant; they come with its page. */
export const plantRemovalWords = () => (language.value === 'zh' ? zh : en)
