package org.semblance.pretrained;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/** Writes weights as PyTorch and StyleGAN2-ADA do. */
final class TorchWriter {
    private static final int[] MAGIC = {0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};

    private TorchWriter() {}

    private static OutputStream open(Path path) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
    }

    /** A zip checkpoint with a state dict. */
    static void zip(Path path, Map<String, HostArray> tensors) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(open(path))) {
            ByteArrayOutputStream object = new ByteArrayOutputStream();
            stateDict(new PickleWriter(object), tensors, 5);
            member(zip, "archive/data.pkl", object.toByteArray());
            int key = 0;
            for (HostArray tensor : tensors.values()) {
                ByteArrayOutputStream data = new ByteArrayOutputStream();
                new PickleWriter(data).floats(tensor.data());
                member(zip, "archive/data/" + key++, data.toByteArray());
            }
            member(zip, "archive/version", "3\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    private static void member(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /** A legacy checkpoint with a state dict. */
    static void legacy(Path path, Map<String, HostArray> tensors) throws IOException {
        try (OutputStream out = open(path)) {
            PickleWriter p = new PickleWriter(out);
            head(p);
            stateDict(p, tensors, 6);
            p.start(2).op(']', '(');
            for (int key = 0; key < tensors.size(); key++) {
                p.text(Integer.toString(key));
            }
            p.op('e').stop();
            for (HostArray tensor : tensors.values()) {
                p.int64(tensor.data().length).floats(tensor.data());
            }
        }
    }

    /** Magic number, version, system. */
    private static void head(PickleWriter p) throws IOException {
        p.start(2).op(MAGIC).stop();
        p.start(2).op('M', 0xe9, 3).stop();
        p.start(2)
                .op('}', '(')
                .text("protocol_version")
                .op('M', 0xe9, 3)
                .text("little_endian")
                .op(0x88, 'u')
                .stop();
    }

    private static void stateDict(PickleWriter p, Map<String, HostArray> tensors, int idLength) throws IOException {
        p.start(2).orderedDict().op('(');
        int key = 0;
        for (Map.Entry<String, HostArray> e : tensors.entrySet()) {
            p.text(e.getKey()).global("torch._utils", "_rebuild_tensor_v2").op('(');
            persistentId(p, Integer.toString(key++), e.getValue().data().length, idLength);
            layout(p, e.getValue().shape());
        }
        p.op('u').stop();
    }

    private static void persistentId(PickleWriter p, String key, int count, int length) throws IOException {
        p.op('(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text(key)
                .text("cpu")
                .number(count);
        if (length == 6) {
            p.op('N');
        }
        p.op('t', 'Q');
    }

    /** Offset, sizes, strides, no gradient, no hooks; the call. */
    private static void layout(PickleWriter p, Shape shape) throws IOException {
        long[] sizes = new long[shape.rank()];
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            sizes[i] = shape.dim(i);
            strides[i] = stride;
            stride *= shape.dim(i);
        }
        p.number(0).tuple(sizes).tuple(strides).op(0x89).orderedDict().op('t', 'R');
    }

    /** A snapshot of stylegan2-ada: these networks by name, with the source code of their modules. */
    static void snapshot(Path path, Map<String, Map<String, HostArray>> networks) throws IOException {
        try (OutputStream out = open(path)) {
            PickleWriter p = new PickleWriter(out);
            p.start(3).op('}', '(');
            for (Map.Entry<String, Map<String, HostArray>> e : networks.entrySet()) {
                p.text(e.getKey());
                module(p, e.getKey().startsWith("D") ? "Discriminator" : "Generator", Node.of(e.getValue()));
            }
            p.op('u').stop();
        }
    }

    /** Tensors and modules by name. */
    private record Node(Map<String, HostArray> tensors, Map<String, Node> modules) {
        static Node of(Map<String, HostArray> tensors) {
            Node root = new Node(new LinkedHashMap<>(), new TreeMap<>());
            tensors.forEach((name, tensor) -> {
                String[] path = name.split("\\.");
                Node at = root;
                for (int i = 0; i < path.length - 1; i++) {
                    at = at.modules.computeIfAbsent(path[i], k -> new Node(new LinkedHashMap<>(), new TreeMap<>()));
                }
                at.tensors.put(path[path.length - 1], tensor);
            });
            return root;
        }
    }

    private static void module(PickleWriter p, String className, Node node) throws IOException {
        p.global("torch_utils.persistence", "_reconstruct_persistent_obj").op('}', '(');
        p.text("type").text("class").text("version").number(6);
        p.text("module_src").text("raise SystemExit('this must never run')");
        p.text("class_name").text(className).text("state").op('}', '(');
        p.text("training").op(0x89).text("_parameters").orderedDict().op('(');
        for (Map.Entry<String, HostArray> e : node.tensors().entrySet()) {
            p.text(e.getKey());
            parameter(p, e.getValue());
        }
        p.op('u').text("_buffers").orderedDict().text("_backward_hooks").orderedDict();
        p.text("_modules").orderedDict().op('(');
        for (Map.Entry<String, Node> e : node.modules().entrySet()) {
            p.text(e.getKey());
            module(p, "SynthesisLayer", e.getValue());
        }
        p.op('u', 'u', 'u', 0x85, 'R');
    }

    private static void parameter(PickleWriter p, HostArray tensor) throws IOException {
        p.global("torch._utils", "_rebuild_parameter").op('(');
        p.global("torch._utils", "_rebuild_tensor_v2").op('(').global("torch.storage", "_load_from_bytes");
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        PickleWriter nested = new PickleWriter(start);
        head(nested);
        nested.start(2);
        persistentId(nested, "7", tensor.data().length, 6);
        nested.stop();
        nested.start(2).op(']').text("7").op('a').stop();
        p.bytesOf(start.size() + 8L + 4L * tensor.data().length);
        for (byte b : start.toByteArray()) {
            p.op(b & 0xff);
        }
        p.int64(tensor.data().length).floats(tensor.data()).op(0x85, 'R');
        layout(p, tensor.shape());
        p.op(0x89).orderedDict().op('t', 'R');
    }
}
