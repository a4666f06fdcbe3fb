type Decision = { reason?: string }
export const decision: Decision = { reason: undefined }
