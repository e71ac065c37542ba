// When it is where time stands still: a Wednesday in October at half past two in Berlin.

export const STILL = Date.UTC(2026, 9, 28, 13, 30);
