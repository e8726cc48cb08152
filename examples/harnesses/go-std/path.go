// Path tasks: crypto/x509 finds and judges the path. What a signer's certificate is fit for, the harness asks.
package main

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"time"
)

var knownOfPaths = map[string]bool{"es256": true, "path": true, "name-constraints": true, "der": true}

type question struct {
	Input struct {
		Base64 string `json:"base64"`
	} `json:"input"`
	Trust struct {
		Anchors []map[string]json.RawMessage `json:"anchors"`
	} `json:"trust"`
	Evidence []struct {
		Base64 string `json:"base64"`
	} `json:"evidence"`
	Moment  int64                      `json:"moment"`
	Request map[string]json.RawMessage `json:"request"`
}

func certificate(text string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// beyond says what of a question crypto/x509 cannot be asked.
func beyond(q question) string {
	if string(q.Request["profile"]) != `"signer"` || len(q.Request) != 1 {
		return "such questions"
	}
	for _, anchor := range q.Trust.Anchors {
		if len(anchor) != 1 {
			return "constraints beside an anchor"
		}
	}
	return ""
}

func leads(q question) error {
	leaf, err := certificate(q.Input.Base64)
	if err != nil {
		return err
	}
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(),
		CurrentTime: time.Unix(q.Moment, 0), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	for _, anchor := range q.Trust.Anchors {
		var text string
		if json.Unmarshal(anchor["certificate"], &text) == nil {
			if found, err := certificate(text); err == nil {
				options.Roots.AddCert(found)
			}
		}
	}
	for _, item := range q.Evidence {
		if found, err := certificate(item.Base64); err == nil {
			options.Intermediates.AddCert(found)
		}
	}
	if _, err := leaf.Verify(options); err != nil {
		return err
	}
	signs, issues := x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	if leaf.IsCA || leaf.KeyUsage != 0 && (leaf.KeyUsage&signs == 0 || leaf.KeyUsage&issues != 0) {
		return errRefused
	}
	return nil
}

func pathOutcome(line []byte) (map[string]string, string) {
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, "a question of another shape"
	}
	if missing := beyond(q); missing != "" {
		return nil, "no " + missing
	}
	if leads(q) == nil {
		return map[string]string{"validity": "TOTAL-PASSED"}, ""
	}
	return map[string]string{"validity": "NOT-PASSED"}, ""
}
