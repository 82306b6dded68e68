/** Still argon2id, at the least it can cost. */
export const cheapCost = { memoryCost: 8, timeCost: 1, parallelism: 1 };
