// GET /v1/models: the served model and its adapters.
import type { ServedModel } from './served-model.ts';

export function modelList(model: ServedModel): object {
  const created = Math.floor(model.startedAt / 1000);
  const entry = (id: string, root: string, parent: string | null) => ({
    id,
    object: 'model',
    created,
    owned_by: 'vllm',
    root,
    parent,
    max_model_len: parent === null ? model.maxModelLength : null,
  });
  return {
    object: 'list',
    data: [
      entry(model.name, model.root, null),
      ...model.adapters.map((adapter) => entry(adapter, adapter, model.name)),
    ],
  };
}
