package org.semblance.sequence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.array.HostArray;

/** Codes on disk, a record for each block of frames; the few blocks that a window spans are held. */
final class CodeFile {
    private final RecordFile records;
    private final Cast cast;
    private final int held;
    private final Map<Integer, float[]> blocks = new LinkedHashMap<>();

    /**
     * Codes of these people.
     *
     * @param reach frames before and after one that are asked for with it
     */
    CodeFile(RecordFile records, Cast cast, int reach) {
        this.records = records;
        this.cast = cast;
        held = 2 * (reach / Cast.BLOCK + 2) + 1;
    }

    /** Adds the codes of the next block, {@code [visits, D]}. */
    void add(HostArray codes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * codes.data().length);
        bytes.asFloatBuffer().put(codes.data());
        records.add(bytes.array());
    }

    /** Adds a block in which nobody is seen. */
    void addNone() throws IOException {
        records.add(new byte[0]);
    }

    /** Somebody's code in a frame. */
    float[] at(Person person, int frame) throws IOException {
        return smoothed(person, frame, new ZeroPhase(0));
    }

    /** Somebody's code in a frame, smoothed over the frames of their track. */
    float[] smoothed(Person person, int frame, ZeroPhase filter) throws IOException {
        Track track = person.trackAt(frame);
        if (track == null) {
            throw new IllegalArgumentException("codes: person " + person.number() + " is not in frame " + frame);
        }
        double[] weights = filter.weights(frame - track.first(), track.last() - frame);
        int first = frame - Math.min(frame - track.first(), filter.reach());
        double[] sum = new double[0];
        for (int i = 0; i < weights.length; i++) {
            float[] block = block((first + i) / Cast.BLOCK);
            int size = block.length / cast.visits((first + i) / Cast.BLOCK);
            sum = sum.length == 0 ? new double[size] : sum;
            int start = size * cast.place(person, first + i);
            for (int k = 0; k < size; k++) {
                sum[k] += weights[i] * block[start + k];
            }
        }
        float[] code = new float[sum.length];
        for (int k = 0; k < code.length; k++) {
            code[k] = (float) sum[k];
        }
        return code;
    }

    private float[] block(int number) throws IOException {
        float[] block = blocks.get(number);
        if (block == null) {
            FloatBuffer numbers = ByteBuffer.wrap(records.get(number)).asFloatBuffer();
            block = new float[numbers.remaining()];
            numbers.get(block);
            blocks.put(number, block);
            if (blocks.size() > held) {
                blocks.remove(blocks.keySet().iterator().next());
            }
        }
        return block;
    }
}
