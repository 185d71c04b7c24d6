package org.semblance.onnx;

import java.util.List;
import java.util.function.Function;
import org.semblance.tensor.Tensor;

/** What a node does in a run: its results, in order. */
interface Operator {
    List<Value> run(Env env);

    /** Makes an operator from a node; nothing runs yet. */
    interface Maker {
        Operator make(Call call);
    }

    /** An operator of one result. */
    static Operator one(Function<Env, Value> work) {
        return env -> List.of(work.apply(env));
    }

    /** An operator of one tensor. */
    static Operator tensor(Function<Env, Tensor> work) {
        return env -> List.of(new Value.Of(work.apply(env)));
    }
}
