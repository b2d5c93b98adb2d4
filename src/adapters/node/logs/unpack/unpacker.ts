/** Unpacks one log, a chunk at a time, and hands on what comes out as it comes out. */
export interface Unpacker {
  /** Takes a chunk; resolves when all that is in it has been handed on. */
  push(chunk: Uint8Array): Promise<void> | void
  /** Takes note that nothing follows. Throws where something should. */
  end(): Promise<void> | void
  /** Lets go of everything, wherever it stands. */
  close(): void
}

/** Takes what is unpacked. */
export type Emit = (chunk: Uint8Array) => void
