// A harness with Go's standard library alone: encoding/json, encoding/base64, crypto.
package main

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"time"
)

type identity struct {
	Kind string            `json:"kind"`
	Kid  string            `json:"kid"`
	Jwk  map[string]string `json:"jwk"`
}

type vector struct {
	ID       string   `json:"id"`
	Features []string `json:"features"`
	Task     string   `json:"task"`
	Input    struct {
		Data string `json:"data"`
	} `json:"input"`
	Trust struct {
		Lists []struct {
			Services []struct {
				IssuerIds  []string   `json:"issuerIds"`
				Identities []identity `json:"identities"`
			} `json:"services"`
		} `json:"lists"`
	} `json:"trust"`
	Moment  int64 `json:"moment"`
	Request struct {
		Audience      string `json:"audience"`
		HolderBinding string `json:"holderBinding"`
	} `json:"request"`
}

var known = map[string]bool{"vc-jwt": true, "es256": true, "es384": true, "es512": true,
	"rs256": true, "ps256": true, "ed25519": true}

var errRefused = errors.New("refused")

func octets(text string) ([]byte, error) { return base64.RawURLEncoding.Strict().DecodeString(text) }

func number(text string) *big.Int {
	raw, err := octets(text)
	if err != nil {
		return new(big.Int)
	}
	return new(big.Int).SetBytes(raw)
}

func checks(alg string, jwk map[string]string, message, signature []byte) bool {
	sum := func(hash crypto.Hash) []byte { h := hash.New(); h.Write(message); return h.Sum(nil) }
	curves := map[string]struct {
		curve elliptic.Curve
		name  string
		hash  crypto.Hash
	}{"ES256": {elliptic.P256(), "P-256", crypto.SHA256}, "ES384": {elliptic.P384(), "P-384", crypto.SHA384},
		"ES512": {elliptic.P521(), "P-521", crypto.SHA512}}
	if row, found := curves[alg]; found {
		half := (row.curve.Params().BitSize + 7) / 8
		if jwk["crv"] != row.name || len(signature) != 2*half {
			return false
		}
		key := ecdsa.PublicKey{Curve: row.curve, X: number(jwk["x"]), Y: number(jwk["y"])}
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		return ecdsa.Verify(&key, sum(row.hash), r, s)
	}
	switch {
	case (alg == "EdDSA" || alg == "Ed25519") && jwk["crv"] == "Ed25519":
		raw, err := octets(jwk["x"])
		return err == nil && len(raw) == ed25519.PublicKeySize && ed25519.Verify(raw, message, signature)
	case (alg == "RS256" || alg == "PS256") && jwk["kty"] == "RSA":
		key := rsa.PublicKey{N: number(jwk["n"]), E: int(number(jwk["e"]).Int64())}
		if alg == "RS256" {
			return rsa.VerifyPKCS1v15(&key, crypto.SHA256, sum(crypto.SHA256), signature) == nil
		}
		options := rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
		return rsa.VerifyPSS(&key, crypto.SHA256, sum(crypto.SHA256), signature, &options) == nil
	}
	return false
}

func instant(value any, fallback int64) (int64, error) {
	switch found := value.(type) {
	case nil:
		return fallback, nil
	case json.Number:
		return found.Int64()
	case string:
		when, err := time.Parse(time.RFC3339, found)
		return when.Unix(), err
	}
	return 0, errRefused
}

func verify(v vector) error {
	parts := strings.Split(v.Input.Data, ".")
	if len(parts) != 3 {
		return errRefused
	}
	var header struct {
		Alg  string          `json:"alg"`
		Kid  *string         `json:"kid"`
		Typ  string          `json:"typ"`
		Crit json.RawMessage `json:"crit"`
		B64  json.RawMessage `json:"b64"`
	}
	payload := map[string]any{}
	for place, target := range []any{&header, &payload} {
		raw, err := octets(parts[place])
		if err != nil {
			return err
		}
		decoder := json.NewDecoder(strings.NewReader(string(raw)))
		decoder.UseNumber()
		if err := decoder.Decode(target); err != nil {
			return err
		}
		if decoder.More() {
			return errRefused
		}
	}
	if header.Crit != nil || header.B64 != nil || !strings.EqualFold(strings.TrimPrefix(header.Typ, "application/"), "vc+jwt") {
		return errRefused
	}
	issuer, _ := payload["issuer"].(string)
	if object, found := payload["issuer"].(map[string]any); found {
		issuer, _ = object["id"].(string)
	}
	signature, err := octets(parts[2])
	if err != nil {
		return err
	}
	good := false
	for _, list := range v.Trust.Lists {
		for _, service := range list.Services {
			for _, name := range service.IssuerIds {
				for _, id := range service.Identities {
					if name == issuer && id.Kind == "jwk" && (header.Kid == nil || *header.Kid == id.Kid) {
						good = good || checks(header.Alg, id.Jwk, []byte(parts[0]+"."+parts[1]), signature)
					}
				}
			}
		}
	}
	if !good {
		return errRefused
	}
	for _, name := range []string{"exp", "validUntil"} {
		if end, err := instant(payload[name], v.Moment+1); err != nil || v.Moment >= end {
			return errRefused
		}
	}
	for _, name := range []string{"nbf", "iat", "validFrom"} {
		if begin, err := instant(payload[name], v.Moment); err != nil || v.Moment+60 < begin {
			return errRefused
		}
	}
	switch audience := payload["aud"].(type) {
	case nil:
	case string:
		if audience != v.Request.Audience {
			return errRefused
		}
	case []any:
		named := false
		for _, one := range audience {
			named = named || one == v.Request.Audience
		}
		if !named {
			return errRefused
		}
	default:
		return errRefused
	}
	if _, found := payload["status"]; found || v.Request.HolderBinding == "must_be_present" {
		return errRefused
	}
	return nil
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<20), 1<<26)
	output := bufio.NewWriter(os.Stdout)
	for input.Scan() {
		var v vector
		result := map[string]any{}
		if err := json.Unmarshal(input.Bytes(), &v); err != nil {
			var name struct {
				ID       string   `json:"id"`
				Features []string `json:"features"`
			}
			_ = json.Unmarshal(input.Bytes(), &name)
			result["id"], result["skipped"] = name.ID, "a vector of another shape"
		} else {
			result["id"] = v.ID
			missing := []string{}
			features := known
			if v.Task == "path" {
				features = knownOfPaths
			}
			for _, feature := range v.Features {
				if !features[feature] {
					missing = append(missing, feature)
				}
			}
			if len(missing) == 0 && v.Task == "path" {
				outcome, skipped := pathOutcome(input.Bytes())
				if outcome != nil {
					result["outcome"] = outcome
				} else {
					result["skipped"] = skipped
				}
			} else if len(missing) > 0 || v.Task != "verify" {
				result["skipped"] = fmt.Sprintf("no %s", strings.Join(append(missing, v.Task), ", "))
			} else if verify(v) == nil {
				result["outcome"] = map[string]string{"validity": "TOTAL-PASSED", "recognition": "RECOGNISED"}
			} else {
				result["outcome"] = map[string]string{"validity": "NOT-PASSED"}
			}
		}
		line, _ := json.Marshal(result)
		_, _ = output.Write(append(line, '\n'))
		_ = output.Flush()
	}
}
