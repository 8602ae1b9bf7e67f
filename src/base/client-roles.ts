/**
 * Roles of MQTT clients with a credential, each with what it may do. A client's own topics are those of the registered
 * devices that name it as client.
 */
export const CLIENT_ROLES = {
  device: 'publishes and is told under the topics of its own devices',
  gateway: 'publishes for any device that has no client of its own; subscribes to nothing of others',
  reader: 'subscribes to everything, publishes nothing',
} as const

export type ClientRole = keyof typeof CLIENT_ROLES
