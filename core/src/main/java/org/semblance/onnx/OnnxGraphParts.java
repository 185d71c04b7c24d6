package org.semblance.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model while it is read. */
final class OnnxGraphParts {
    String producer = "";
    long opset = -1;
    boolean hasGraph;
    final Map<String, String> metadata = new LinkedHashMap<>();
    final List<OnnxNode> nodes = new ArrayList<>();
    final Map<String, OnnxTensor> initialisers = new LinkedHashMap<>();
    final List<OnnxModel.Port> inputs = new ArrayList<>();
    final List<OnnxModel.Port> outputs = new ArrayList<>();
}
