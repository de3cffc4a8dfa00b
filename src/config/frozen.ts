/** Freezes a value and all it holds. Maps refuse to be changed, too; functions and secrets stay as they are. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map) freezeMap(value)
  Object.freeze(value)
  for (const member of Object.values(value)) frozen(member)
  return value
}

function freezeMap(map: Map<unknown, unknown>): void {
  for (const member of map.values()) frozen(member)
  for (const change of ['set', 'delete', 'clear']) Object.defineProperty(map, change, { value: refuseChange })
}

function refuseChange(): never {
  throw new TypeError('the config cannot be changed while the bot runs')
}
