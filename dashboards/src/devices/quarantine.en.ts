import type { RejectReason } from '../../../src/base/reasons.js'

const reasons: Readonly<Record<RejectReason, string>> = {
  bad_topic: 'Topic not understood',
  bad_json: 'Not JSON',
  bad_schema: 'Not a message',
  bad_unit: 'Unknown unit',
  bad_value: 'Value not allowed',
  people_only: 'For people alone',
  ts_future: 'Time in the future',
  ts_too_old: 'Time too old',
  too_large: 'Too large',
  unknown_device: 'Device not registered',
  foreign_device: 'Device of another client',
  bad_sparkplug: 'Not Sparkplug B',
  bad_profile: 'Does not fit the profile',
  hj212_bad_frame: 'HJ 212 frame damaged',
  too_many: 'Beyond a limit',
}

/** Advice by reason: what mends a rejection, and whether a retry can. */
const todo: Readonly<Record<RejectReason, string>> = {
  bad_topic: 'Mend the topic in the device: plants/{plant}/{line}/{device}/{class}. This message cannot be used.',
  bad_json: 'Mend what the device sends: one JSON object, or an array of them, in UTF-8.',
  bad_schema: 'Mend the message in the device; the detail says which part.',
  bad_unit: 'Mend the unit in the device, or leave it out where the device sends the unit of the metric.',
  bad_value: 'Look at the sensor and at the register that the device reads.',
  people_only:
    'Say it on the page Entries and corrections. A retry does not help: a device cannot correct, approve or name a person.',
  ts_future: 'Set the clock of the device. This message keeps its wrong time.',
  ts_too_old: 'Set the clock of the device, or send milliseconds, not seconds.',
  too_large: 'Send smaller arrays, or raise mqtt.max_packet_bytes. Only the beginning of this one was kept.',
  unknown_device:
    'Register or enable it (greengauge device add, enable), or add it to the configuration; the detail says which. Then retry.',
  foreign_device:
    'Look who sent it: somebody else may speak for this device. If it may be so, grant it under auth.speaks_for. Then retry.',
  bad_sparkplug: 'Look whether the device sends Sparkplug B 3.0 payloads under spBv1.0.',
  bad_profile: 'Mend the profile of this maker, then retry.',
  hj212_bad_frame: 'Look at the serial line or the converter: length or check sum is wrong.',
  too_many:
    'Configure or register the device, or raise the limit that the detail names; greengauge device forget takes away devices that should not be there. Then retry.',
}

const plural = (count: number, one: string, many: string) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const quarantine = {
  title: 'Rejected messages',
  sub: 'kept in quarantine, acknowledged, counted; the connection stays open',
  reasons,
  todo,
  todoQuoted: 'Send numbers without quotation marks: 1250.5, not "1250.5".',
  /** Translates what the gateway says of a message; null where it is known in English alone. */
  detail: (detail: string): string | null => detail,
  waits: (count: number, text: string) => (count === 1 ? '1 rejected message waits' : `${text} rejected messages wait`),
  open: 'Look at them',
  nothing: 'Nothing waits in quarantine.',
  failed: 'The quarantine could not be loaded',
  retry: 'Retry',
  retryCount: (count: string) => `Retry ${count}`,
  retryAll: (count: string) => `Retry all ${count}`,
  /** Begins as the button reads. */
  retryOf: (reason: string, button: string) => `${button}: ${reason}`,
  retrying: 'Decoding again',
  stop: 'Stop',
  through: (count: number) => `${plural(count, 'message', 'messages')} went through`,
  stored: (count: number) => `${plural(count, 'reading', 'readings')} stored`,
  events: (count: number) => plural(count, 'event', 'events'),
  still: (count: number) => `${plural(count, 'message is', 'messages are')} still rejected`,
  gone: (count: number) => `${plural(count, 'message was', 'messages were')} no longer there`,
  fromDevices: (names: string, areMore: boolean) => `from ${names}${areMore ? ', …' : ''}`,
  stillWrong: 'Still rejected:',
  stillSame: 'Still rejected, for the same reason',
  stopped: 'The retry has stopped',
  nothingTried: 'There was nothing to retry',
  sample: 'Sample',
  hide: 'Hide',
  shown: (count: string, all: string) => `${count} of ${all} messages loaded`,
  older: 'Older ones',
  messages: (count: number) => plural(count, 'message', 'messages'),
  moreOf: (count: string) => `${count} more`,
  moreFaults: (count: string) => `${count} more faults in this message`,
  element: (number: string) => `element ${number}`,
  dismissing: {
    title: 'Dismiss rejected messages',
    dismiss: 'Dismiss',
    dismissAll: (count: string) => `Dismiss all ${count}`,
    ofAll: 'All that wait',
    dismissOf: (reason: string, count: number) => `Dismiss: ${reason}, ${plural(count, 'message', 'messages')}`,
    what: (count: number) =>
      `${plural(count, 'message', 'messages')}: nothing is to be done. They no longer wait, stay listed with your name and reason, and can still be retried by the API.`,
    note: 'Reason',
    by: 'Name',
    noteMissing: 'Give a reason: it stays beside the messages.',
    nameMissing: 'Give your name: it stays beside the messages.',
    failed: (detail: string) => `Not dismissed: ${detail}`,
    cancel: 'Cancel',
    dismissed: (count: string) => `Dismissed: ${count}`,
    said: (by: string, at: string, note: string) => `Dismissed by ${by}, ${at}: ${note}`,
  },
}
