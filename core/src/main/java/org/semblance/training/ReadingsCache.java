package org.semblance.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Closing;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.SourcePictures.Place;

/**
 * What the frozen networks say of source pictures that never change, computed when a picture is first seen and kept on
 * the host for the rest of the run. Nothing of it is stored: a run that is resumed, with networks of the same hashes,
 * computes it again.
 *
 * <p>A picture is always computed in a batch of one size, at the place in it that its number gives, so that what is
 * kept does not depend on when it was first seen, nor beside which others. The device is waited for while there are
 * pictures that were not seen before.
 */
final class ReadingsCache implements AutoCloseable {
    private static final int MOST = 16;

    private final Device device;
    private final Precision precision;
    private final List<UnaryOperator<Tensor>> networks = new ArrayList<>();
    private final boolean landmarks;
    private final boolean attributeTeacher;
    private final boolean identityTeacher;
    private final Map<Long, float[]> known = new HashMap<>();
    private @Nullable Work work;

    /** @param losses decide which networks are asked */
    ReadingsCache(Device device, StepNetworks networks, LossConfig losses, Precision precision) {
        this.device = device;
        this.precision = precision;
        landmarks = losses.landmarks() > 0;
        TeacherNetwork attribute = networks.attributeTeacher();
        TeacherNetwork identity = networks.identityTeacher();
        attributeTeacher = losses.asksAttributeTeacher() && attribute != null;
        identityTeacher = losses.identityTeacher() > 0 && identity != null;
        this.networks.add(x -> networks.identity().apply(x).rows());
        if (landmarks) {
            this.networks.add(networks.landmarks());
        }
        if (attributeTeacher && attribute != null) {
            this.networks.add(attribute.network());
        }
        if (identityTeacher && identity != null) {
            this.networks.add(identity.network());
        }
    }

    /** What is known of the batch's last rows, in the current scope; null where none of them is to be kept. */
    @Nullable
    SourceReadings of(HostBatch batch) {
        SourcePictures pictures = SourcePictures.of(batch);
        if (pictures.identities().isEmpty()) {
            return null;
        }
        Work own = work;
        if (own == null) {
            Shape shape = Objects.requireNonNull(pictures.identities().get(0).pictures())
                    .shape();
            own = new Work(shape.with(0, Math.min(MOST, pictures.rows())));
            work = own;
        }
        own.see(pictures.identities());
        own.see(pictures.attributes());
        int next = 1;
        return new SourceReadings(
                rows(own, 0, pictures.identities()),
                landmarks ? rows(own, next++, pictures.attributes()) : null,
                attributeTeacher ? rows(own, next++, pictures.attributes()) : null,
                identityTeacher ? rows(own, next, pictures.identities()) : null);
    }

    /** What one of the networks said of some pictures. */
    private Tensor rows(Work own, int network, List<Place> pictures) {
        int from = own.ends.get(network);
        int wide = own.ends.get(network + 1) - from;
        float[] all = new float[pictures.size() * wide];
        for (int i = 0; i < pictures.size(); i++) {
            float[] row = Objects.requireNonNull(known.get(pictures.get(i).number()));
            System.arraycopy(row, from, all, i * wide, wide);
        }
        return Tensor.of(device, HostArray.of(all, pictures.size(), wide));
    }

    @Override
    public void close() {
        if (work != null) {
            work.close();
        }
    }

    /** All networks on a batch of one size, from one place to another, recorded where the device can. */
    private final class Work implements AutoCloseable {
        private final Shape shape;
        private final List<Integer> ends = new ArrayList<>(List.of(0));
        private final Tensor[] places = new Tensor[2];
        private final Scope scope;
        private final Recorder recorder;
        private final Runnable repeat;

        Work(Shape shape) {
            this.shape = shape;
            scope = Scope.owned("readings", () -> {
                places[0] = Tensor.zeros(device, shape);
                places[1] = first(places[0]);
            });
            recorder = Closing.unlessMade(scope, made -> device.backend().recorder());
            repeat = recorded();
        }

        /** As it stands once, and then as something to repeat. */
        private Runnable recorded() {
            try {
                queue();
                return recorder.record(this::queue);
            } catch (RuntimeException | Error e) {
                Closing.close(this, e);
                throw e;
            }
        }

        /** The first time, which shows how many numbers each network gives. */
        private Tensor first(Tensor pictures) {
            try (Scope first = Scope.open("first readings")) {
                List<Tensor> said = asked(pictures);
                said.forEach(rows -> ends.add(ends.get(ends.size() - 1) + rows.dim(1)));
                return first.keep(Shapes.concat(1, said));
            }
        }

        private List<Tensor> asked(Tensor pictures) {
            return device.backend().rounding(precision, () -> networks.stream()
                    .map(network -> network.apply(pictures))
                    .toList());
        }

        private void queue() {
            try (Scope reading = Scope.open("reading")) {
                ParameterSet.overwrite(places[1], Shapes.concat(1, asked(places[0])));
            }
        }

        /** Computes what is not known of these pictures, each at its place in a batch. */
        void see(List<Place> pictures) {
            Map<Long, Place> missing = new LinkedHashMap<>();
            pictures.stream()
                    .filter(place -> !known.containsKey(place.number()))
                    .forEach(place -> missing.putIfAbsent(place.number(), place));
            List<@Nullable Place[]> rounds = new ArrayList<>();
            for (Place place : missing.values()) {
                int row = (int) (place.number() % shape.dim(0));
                @Nullable
                Place[] open = rounds.stream()
                        .filter(round -> round[row] == null)
                        .findFirst()
                        .orElseGet(() -> {
                            @Nullable Place[] fresh = new @Nullable Place[shape.dim(0)];
                            rounds.add(fresh);
                            return fresh;
                        });
                open[row] = place;
            }
            rounds.forEach(this::compute);
        }

        private void compute(@Nullable Place[] round) {
            int pixels = (int) (shape.count() / shape.dim(0));
            float[] data = new float[round.length * pixels];
            for (int row = 0; row < round.length; row++) {
                Place place = round[row];
                if (place != null && place.pictures() != null) {
                    System.arraycopy(place.pictures().data(), place.row() * pixels, data, row * pixels, pixels);
                }
            }
            try (Scope reading = Scope.open("pictures")) {
                ParameterSet.overwrite(places[0], Tensor.of(device, new HostArray(shape, data)));
                repeat.run();
                keep(round, places[1].toHost().data());
            }
        }

        private void keep(@Nullable Place[] round, float[] said) {
            int wide = ends.get(ends.size() - 1);
            for (int row = 0; row < round.length; row++) {
                Place place = round[row];
                if (place != null) {
                    known.put(place.number(), Arrays.copyOfRange(said, row * wide, (row + 1) * wide));
                }
            }
        }

        @Override
        public void close() {
            Closing.all(recorder, scope);
        }
    }
}
