/** Protocol levels of MQTT, as a CONNECT has them, by what people call them. */
export const MQTT_VERSIONS = { 3: '3.1', 4: '3.1.1', 5: '5' } as const
export type MqttLevel = keyof typeof MQTT_VERSIONS
export type MqttVersion = (typeof MQTT_VERSIONS)[MqttLevel]

export function isMqttLevel(level: number): level is MqttLevel {
  return level in MQTT_VERSIONS
}
