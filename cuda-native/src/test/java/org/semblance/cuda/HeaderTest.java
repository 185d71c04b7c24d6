package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.PoolSpec;
import org.semblance.backend.SynthesisSpec;

/** Numbers that both the C header and Java must know. */
class HeaderTest {
    private static final Pattern DEFINE = Pattern.compile("#define SMB_(\\w+) (\\d+)");

    private final Map<String, Integer> header = new HashMap<>();

    @BeforeEach
    void readHeader() throws IOException {
        try (InputStream in = HeaderTest.class.getResourceAsStream("/semblance_kernels.h")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            Matcher defines = DEFINE.matcher(text);
            while (defines.find()) {
                header.put(defines.group(1), Integer.valueOf(defines.group(2)));
            }
        }
    }

    @Test
    void constantsAreTheHeaders() {
        assertThat(header)
                .containsEntry("ABI_VERSION", SemblanceKernels.ABI_VERSION)
                .containsEntry("MAX_PARTS", SemblanceKernels.MAX_PARTS)
                .containsEntry("CALL_FIELDS", SynthesisNatives.CALL_FIELDS)
                .containsEntry("MAX_STYLES", SynthesisNatives.MAX_STYLES)
                .containsEntry("GRAD_SUMS", SynthesisNatives.GRAD_SUMS)
                .containsEntry("SCALE_FLOATS", SynthesisNatives.SCALE_FLOATS)
                .containsEntry("SPLIT_TILES", SynthesisNatives.SPLIT_TILES);
    }

    @Test
    void arraysAreAsLongAsTheHeaderSays() {
        NdArray big = array(2, 3, 8, 8);
        NdArray small = array(2, 3, 4, 4);
        ConvKey key = new ConvKey(
                ConvKey.Direction.FORWARD, ConvSpec.of(2, 0), big.shape(), Shape.of(3, 3, 2, 2), small.shape());
        SynthesisSpec.Style style = new SynthesisSpec.Style(0, big, small, 1);
        assertThat(key.geometry()).hasSize(header.get("CONV_GEOMETRY"));
        assertThat(Kernels.geometry(PoolSpec.of(2, 2, 0), big, small)).hasSize(header.get("POOL_GEOMETRY"));
        assertThat(SynthesisWeights.fields(0, style, 3, 3, 0, 0, 0, 0)).hasSize(header.get("STYLE_FIELDS"));
    }

    private static NdArray array(int... dims) {
        Shape shape = Shape.of(dims);
        return new NdArray(shape, DType.F32, Layout.PLAIN, new Memory() {
            @Override
            public long address() {
                return 0;
            }

            @Override
            public long bytes() {
                return shape.count() * Float.BYTES;
            }

            @Override
            protected void free() {
                // Nothing is held.
            }
        });
    }

    /** The flag behind a picture's bytes is an int. */
    @Test
    void flagsStandWhereIntsMay() {
        for (int length = 0; length < 40; length++) {
            assertThat(PinnedBytes.flagAt(length) % Integer.BYTES).isZero();
            assertThat(PinnedBytes.flagAt(length)).isBetween(length, length + 3);
            assertThat(PinnedBytes.bytes(length)).isEqualTo(PinnedBytes.flagAt(length) + 4);
        }
    }
}
