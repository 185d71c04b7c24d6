package org.semblance;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.image.FaceAligner;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;
import org.semblance.privacy.Certificate;
import org.semblance.privacy.FaceRecord;
import org.semblance.privacy.OperatingPoint;
import org.semblance.privacy.Similarity;

/** Computes again what certificates say; all faces of all pictures are read together. */
final class CertificateCheck {
    private final List<OperatingPoint> points;
    private final FaceJudge judge;
    private final FaceAligner aligner;

    CertificateCheck(List<OperatingPoint> points, FaceJudge judge, FaceAligner aligner) {
        this.points = points;
        this.judge = judge;
        this.aligner = aligner;
    }

    /** What is wrong with each. */
    List<List<String>> of(List<CertifiedPicture> pictures) {
        List<Image> faces = new ArrayList<>();
        for (CertifiedPicture picture : pictures) {
            Image original = picture.original();
            if (original != null) {
                for (FaceRecord face : picture.certificate().faces()) {
                    faces.add(cut(original, face.frame()));
                    faces.add(cut(picture.delivered(), face.frame()));
                }
            }
        }
        Iterator<FaceJudge.Reading> read =
                (faces.isEmpty() ? List.<FaceJudge.Reading>of() : judge.read(faces)).iterator();
        return pictures.stream().map(p -> wrong(p, read)).toList();
    }

    /** @param read two of each face, if there is an original */
    private List<String> wrong(CertifiedPicture picture, Iterator<FaceJudge.Reading> read) {
        Certificate certificate = picture.certificate();
        List<String> wrong = new ArrayList<>();
        String hash = Certificate.hash(picture.delivered());
        if (!hash.equals(certificate.sha256())) {
            wrong.add("the picture must have SHA-256 "
                    + (certificate.sha256().isEmpty() ? "none, it was refused" : certificate.sha256()) + ", got "
                    + hash);
        }
        for (int i = 0; i < certificate.faces().size(); i++) {
            FaceCheck check = new FaceCheck(certificate.faces().get(i), "face " + (i + 1), wrong);
            if (picture.original() == null) {
                check.run(null);
            } else {
                check.run(read.next(), read.next());
            }
        }
        return List.copyOf(wrong);
    }

    private Image cut(Image picture, @Nullable FaceFrame frame) {
        return frame == null ? picture : aligner.align(picture, frame).image();
    }

    /** One face. */
    private final class FaceCheck {
        private final FaceRecord face;
        private final String name;
        private final List<String> wrong;

        FaceCheck(FaceRecord face, String name, List<String> wrong) {
            this.face = face;
            this.name = name;
            this.wrong = wrong;
        }

        void run(FaceJudge.Reading old, FaceJudge.Reading made) {
            double landmarks = judge.preservation(old, made).landmarkMean();
            near(name + " landmarks", face.preservation().landmarkMean(), landmarks);
            run(judge.cosines(old, made));
        }

        /** @param read the cosine by each recogniser, or null if it was not computed again */
        void run(double @Nullable [] read) {
            for (Similarity said : face.similarities()) {
                if (points.stream().noneMatch(p -> p.recogniser().checksum().equals(said.sha256()))) {
                    wrong.add(name + " by " + said.recogniser() + ": a recogniser with SHA-256 " + said.sha256()
                            + " is needed, but is not at hand");
                }
            }
            for (int r = 0; r < points.size(); r++) {
                by(points.get(r), read == null ? Double.NaN : read[r]);
            }
        }

        private void by(OperatingPoint point, double read) {
            String who = name + " by " + point.recogniser().key();
            face.similarities().stream()
                    .filter(s -> s.sha256().equals(point.recogniser().checksum()))
                    .findFirst()
                    .ifPresentOrElse(
                            s -> {
                                near(who + ": threshold", s.threshold(), point.threshold());
                                below(who + " (recorded)", s.after(), point);
                                if (!Double.isNaN(read)) {
                                    near(who, s.after(), read);
                                    below(who, read, point);
                                }
                            },
                            () -> wrong.add(who + ": the certificate does not name a recogniser with SHA-256 "
                                    + point.recogniser().checksum()));
        }

        private void near(String what, double recorded, double read) {
            if (!(Math.abs(recorded - read) <= Anonymizer.TOLERANCE)) {
                wrong.add(what + " must be " + recorded + " as recorded, got " + read);
            }
        }

        private void below(String who, double cosine, OperatingPoint point) {
            if (!(cosine < point.threshold())) {
                wrong.add(who + ": the similarity must be below " + point.threshold() + ", got " + cosine);
            }
        }
    }
}
