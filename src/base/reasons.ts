/**
 * Reasons for which a payload, an element of it or one metric was not taken, in the order in which they are tried: where several
 * apply, the first one is given. One list for the decoder, the quarantine, the metrics, the API and docs/reference/words.md.
 */
export const REJECT_REASONS = {
  bad_topic: 'The topic is not plants/{plant}/{line}/{device}/{class}, or an id in it is not allowed.',
  bad_json: 'The payload is not UTF-8 JSON.',
  bad_schema: 'The JSON is not a message: a key, a name, a time or the shape is wrong.',
  bad_unit: 'The unit is unknown, or cannot be converted to the unit of the metric.',
  bad_value: 'The value is not a number that this metric can have.',
  people_only:
    'The event says what only people may say: a correction, a decision on an entry, an approval, or the name of a person as its author.',
  ts_future:
    'The time lies more than 5 minutes after the arrival: the clock of the device is ahead, or that of the gateway behind: then retry it.',
  ts_too_old: 'The time lies before the year 2000 or before what the archive keeps.',
  too_large: 'The payload is larger than mqtt.max_packet_bytes; its first 4 KiB are kept.',
  unknown_device:
    'The device is disabled, or not registered where it must be (auth.devices: registered); by HJ 212: no station has the MN, or the PW is wrong.',
  foreign_device: 'The device belongs to another client than the one that the message came from.',
  bad_sparkplug: 'The Sparkplug B payload cannot be decoded.',
  bad_profile: 'The device profile does not fit this payload.',
  hj212_bad_frame: 'The HJ 212 frame has a wrong length or check sum.',
  too_many:
    'It would be one more plant, line, device or metric that nobody has configured, or one more event of a day, than `limits` has room for.',
} as const

export type RejectReason = keyof typeof REJECT_REASONS

export const REJECT_REASON_LIST = Object.keys(REJECT_REASONS) as readonly RejectReason[]

/** The one of two reasons that is given when both apply. */
export function firstReason(a: RejectReason, b: RejectReason): RejectReason {
  return REJECT_REASON_LIST.indexOf(a) <= REJECT_REASON_LIST.indexOf(b) ? a : b
}

/** Reasons for which the value of a KPI point is null. It is then never 0, never NaN. Source: KPI specification, global rules. */
export const NULL_REASONS = {
  no_data: 'Nothing was received that this figure is made of.',
  no_denominator: 'The figure is divided by zero.',
  low_coverage: 'Less than the required part of the window is covered by data.',
  low_sample: 'Too few samples.',
  no_factor: 'No emission factor for this region and year.',
  bad_config: 'The configuration lacks what this figure needs.',
  days_gone:
    'Readings of the first days of the month were let go of (archive.retention), and what they came to is not known any more.',
  o2_invalid: 'The oxygen reading does not allow a correction.',
  taken_back:
    'By the configuration that holds for this time now nobody makes this figure: a device was moved, adopted from a day on, or removed.',
} as const

export type NullReason = keyof typeof NULL_REASONS
