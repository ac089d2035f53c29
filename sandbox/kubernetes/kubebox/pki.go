package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"
)

// runPKI writes what a cluster's components identify themselves by into a folder: an authority (ca), the API server's
// certificate (apiserver), one client certificate per component, one per node (node-NAME), and the key that signs
// service accounts' tokens (sa.key). The server's certificate also serves for the sandbox's own metrics API.
func runPKI(args []string) error {
	flags := pflag.NewFlagSet("pki", pflag.ContinueOnError)
	folder := flags.String("folder", "", "where the files go")
	addresses := flags.IPSlice("address", nil, "an address of the API server besides 127.0.0.1 and 10.96.0.1")
	nodes := flags.StringSlice("node", nil, "a node whose kubelet gets a certificate")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *folder == "" {
		return errors.New("--folder is missing")
	}
	if err := os.MkdirAll(*folder, 0o700); err != nil {
		return err
	}
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	if err := ca.write(*folder, "ca"); err != nil {
		return err
	}
	server := template("kube-apiserver")
	server.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "stand-ins.kube-system.svc"}
	server.IPAddresses = append([]net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 96, 0, 1)}, *addresses...)
	if err := ca.issue(*folder, "apiserver", server, x509.ExtKeyUsageServerAuth); err != nil {
		return err
	}
	clients := map[string]*x509.Certificate{
		"admin":              template("admin", "system:masters"),
		"controller-manager": template("system:kube-controller-manager"),
		"scheduler":          template("system:kube-scheduler"),
		"proxy":              template("system:kube-proxy"),
		"front-proxy":        template("front-proxy"),
	}
	for _, node := range *nodes {
		clients["node-"+node] = template("system:node:"+node, "system:nodes")
	}
	for name, client := range clients {
		if err := ca.issue(*folder, name, client, x509.ExtKeyUsageClientAuth); err != nil {
			return err
		}
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	return writeKey(filepath.Join(*folder, "sa.key"), key)
}

// runSelfSigned prints a certificate that signs itself, and its key, as JSON with the members of a TLS secret.
func runSelfSigned(args []string) error {
	flags := pflag.NewFlagSet("self-signed", pflag.ContinueOnError)
	name := flags.String("common-name", "", "whom the certificate is for")
	names := flags.StringSlice("dns", nil, "a name of the server")
	addresses := flags.IPSlice("address", nil, "an address of the server")
	lifetime := flags.Duration("duration", 90*24*time.Hour, "how long it is valid")
	if err := flags.Parse(args); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	certificate := template(*name)
	certificate.DNSNames, certificate.IPAddresses = *names, *addresses
	certificate.NotBefore = time.Now()
	certificate.NotAfter = certificate.NotBefore.Add(*lifetime)
	certificate.KeyUsage, certificate.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if err := number(certificate); err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, &key.PublicKey, key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]string{
		"tls.crt": string(encode("CERTIFICATE", der)),
		"tls.key": string(encode("PRIVATE KEY", keyDER)),
	})
}

// authority signs the certificates of one cluster.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root := template("kubebox-ca")
	root.IsCA, root.BasicConstraintsValid = true, true
	root.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	if err := number(root); err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &authority{certificate: certificate, key: key}, nil
}

func (ca *authority) write(folder, name string) error {
	return writePair(folder, name, ca.certificate.Raw, ca.key)
}

// issue makes a key, signs the certificate for it, and writes both as NAME.key and NAME.crt.
func (ca *authority) issue(folder, name string, certificate *x509.Certificate, usage x509.ExtKeyUsage) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	certificate.KeyUsage, certificate.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{usage}
	if err := number(certificate); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, ca.certificate, &key.PublicKey, ca.key)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return writePair(folder, name, der, key)
}

// template is a certificate of ten years: a sandbox may live long, and nobody renews it.
func template(commonName string, organizations ...string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: commonName, Organization: organizations},
		NotBefore: now.Add(-time.Hour),
		NotAfter:  now.AddDate(10, 0, 0),
	}
}

// number gives the certificate a random serial number.
func number(certificate *x509.Certificate) error {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	certificate.SerialNumber = serial
	return err
}

func writePair(folder, name string, der []byte, key crypto.PrivateKey) error {
	if err := os.WriteFile(filepath.Join(folder, name+".crt"), encode("CERTIFICATE", der), 0o600); err != nil {
		return err
	}
	return writeKey(filepath.Join(folder, name+".key"), key)
}

func writeKey(path string, key crypto.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(path, encode("PRIVATE KEY", der), 0o600)
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
