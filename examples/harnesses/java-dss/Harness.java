// A harness over EU DSS, as a relying party calls it: its own validation policy, its own defaults.
// It is given the listed authorities as trusted certificates and the evidence of the vector, and no network.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.model.x509.revocation.crl.CRL;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.RevocationToken;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.spi.x509.revocation.ocsp.ExternalResourcesOCSPSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Set;

public final class Harness {
    private static final Set<String> FEATURES = Set.of(
            "cades", "xades", "jades", "pades", "asic", "certificate-path", "crl", "ocsp", "rfc3161",
            "es256", "es384", "es512", "rs256", "ps256", "ed25519");
    private static final Set<String> FAMILIES = Set.of("cades", "xades", "jades", "pades", "asic");
    private static final Set<String> SERVICES = Set.of(
            "http://uri.etsi.org/TrstSvc/Svctype/CA/PKC", "http://uri.etsi.org/TrstSvc/Svctype/CA/QC",
            "http://uri.etsi.org/TrstSvc/Svctype/TSA", "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST");
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // whatever a library prints is no answer
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            JsonNode vector = JSON.readTree(line);
            ObjectNode result = JSON.createObjectNode().put("id", vector.path("id").asText());
            String missing = missing(vector);
            if (missing != null) {
                result.put("skipped", missing);
            } else {
                result.putObject("outcome").put("validity", validity(vector));
            }
            out.println(JSON.writeValueAsString(result));
        }
    }

    private static String missing(JsonNode vector) {
        boolean signature = false;
        for (JsonNode feature : vector.path("features")) {
            if (!FEATURES.contains(feature.asText())) {
                return "no " + feature.asText();
            }
            signature |= FAMILIES.contains(feature.asText());
        }
        for (String member : List.of("policy", "signedAfter", "control")) {
            if (vector.has(member)) {
                return "no " + member;
            }
        }
        return signature && vector.path("task").asText().equals("verify") ? null : "signed documents alone";
    }

    private static String validity(JsonNode vector) {
        try {
            SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new InMemoryDocument(octets(vector.path("input"))));
            validator.setValidationTime(new Date(1000 * vector.path("moment").asLong()));
            validator.setCertificateVerifier(trust(vector));
            validator.setDetachedContents(contents(vector));
            SimpleReport report = validator.validateDocument().getSimpleReport();
            if (System.getenv("HARNESS_EXPLAIN") != null) {
                explain(report);
            }
            if (report.getSignatureIdList().isEmpty()) {
                return "TOTAL-FAILED";
            }
            Indication worst = Indication.TOTAL_PASSED;
            for (String id : report.getSignatureIdList()) {
                Indication found = report.getIndication(id);
                if (found == Indication.TOTAL_FAILED || worst == Indication.TOTAL_PASSED) {
                    worst = found;
                }
            }
            return worst.name().replace('_', '-');
        } catch (RuntimeException | StackOverflowError refused) { // what DSS says of an input that it cannot read
            if (System.getenv("HARNESS_EXPLAIN") != null) {
                System.err.println(refused);
            }
            return "TOTAL-FAILED";
        }
    }

    private static void explain(SimpleReport report) {
        for (String id : report.getSignatureIdList()) {
            System.err.println(report.getIndication(id) + " " + report.getSubIndication(id));
            report.getAdESValidationErrors(id).forEach(message -> System.err.println("  " + message.getValue()));
        }
    }

    /** Authorities and time-stamping units whose service is granted at the moment; CRLs and OCSP responses at hand. */
    private static CommonCertificateVerifier trust(JsonNode vector) {
        CommonTrustedCertificateSource listed = new CommonTrustedCertificateSource();
        for (JsonNode list : vector.path("trust").path("lists")) {
            for (JsonNode service : list.path("services")) {
                if (!SERVICES.contains(service.path("type").asText())) {
                    continue;
                }
                for (JsonNode identity : service.path("identities")) {
                    if (identity.path("kind").asText().equals("x509") && granted(service, vector.path("moment").asLong())) {
                        listed.addCertificate(certificate(identity.path("certificate").asText()));
                    }
                }
            }
        }
        CommonCertificateSource near = new CommonCertificateSource();
        List<DSSDocument> crls = new ArrayList<>();
        List<DSSDocument> responses = new ArrayList<>();
        for (JsonNode each : vector.path("evidence")) {
            switch (each.path("kind").asText()) {
                case "certificate" -> near.addCertificate(DSSUtils.loadCertificate(octets(each)));
                case "crl" -> crls.add(new InMemoryDocument(octets(each)));
                case "ocsp" -> responses.add(new InMemoryDocument(octets(each)));
                default -> { } // contents are handed over elsewhere
            }
        }
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(listed);
        verifier.setAdjunctCertSources(near);
        verifier.setAIASource(null);
        verifier.setCrlSource(new Lists(crls.toArray(new DSSDocument[0])));
        verifier.setOcspSource(new ExternalResourcesOCSPSource(responses.toArray(new DSSDocument[0])));
        return verifier;
    }

    /** Of several lists the newest from while the certificate was good: a later one may have dropped it. */
    private static final class Lists extends ExternalResourcesCRLSource {
        Lists(DSSDocument... lists) {
            super(lists);
        }

        @Override
        public RevocationToken<CRL> getRevocationToken(CertificateToken certificate, CertificateToken issuer) {
            Comparator<RevocationToken<CRL>> newest = Comparator.comparing(RevocationToken::getThisUpdate);
            List<RevocationToken<CRL>> found = getRevocationTokens(certificate, issuer);
            return found.stream().filter(list -> !list.getThisUpdate().after(certificate.getNotAfter())).max(newest)
                    .or(() -> found.stream().max(newest)).orElse(null);
        }
    }

    private static boolean granted(JsonNode service, long moment) {
        for (JsonNode period : service.path("history")) {
            boolean open = period.path("until").isNull() || moment < period.path("until").asLong();
            if (period.path("from").asLong() <= moment && open) {
                return period.path("status").asText().equals("granted");
            }
        }
        return false;
    }

    private static List<DSSDocument> contents(JsonNode vector) {
        List<DSSDocument> found = new ArrayList<>();
        for (JsonNode each : vector.path("evidence")) {
            if (each.path("kind").asText().equals("content")) {
                found.add(new InMemoryDocument(octets(each), each.path("uri").asText(null)));
            }
        }
        return found;
    }

    private static CertificateToken certificate(String text) {
        return DSSUtils.loadCertificate(Base64.getDecoder().decode(text));
    }

    private static byte[] octets(JsonNode holder) {
        return holder.has("base64")
                ? Base64.getDecoder().decode(holder.path("base64").asText())
                : holder.path("data").asText().getBytes(StandardCharsets.US_ASCII);
    }
}
