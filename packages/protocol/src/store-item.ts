import type { Dict } from "./json.ts";

export interface Item {
  namespace: string[];
  key: string;
  value: Dict;
  created_at: string;
  updated_at: string;
}

export interface SearchItem extends Item {
  score: number | null;
}
