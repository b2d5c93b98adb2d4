export { type MemoryOptions, type MemoryPeer, memorySocket, memoryTls } from '../adapters/memory/memory-socket.ts'
export {
  type Act,
  closes,
  type HostileLine,
  hears,
  hearsMessage,
  plays,
  type Repetition,
  readsOn,
  refusesOctets,
  repeats,
  resets,
  says,
  secures,
  sends,
  stopsReading,
  trickles,
  waits,
} from './acts.ts'
export { type HostileServer, type HostileServerOptions, hostileServer } from './hostile-server.ts'
export { parseScript, type Step } from './script.ts'
export { type ScriptedServer, type ScriptedServerOptions, scriptedServer } from './scripted-server.ts'
