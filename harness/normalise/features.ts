/** CPUID features as one text that two subjects can be held against. */
export const formatFeatures = (features: Iterable<string>): string => [...new Set(features)].sort().join(' ');
