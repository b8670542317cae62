/** Languages of every sentence; French is the default. */
export type Language = 'fr' | 'en';

type Sentence = readonly [title: string, detail: string];
type Sentences = { readonly fr: Sentence; readonly en: Sentence };

const SENTENCES: Readonly<Record<string, Sentences>> = {
  'invalid-request': {
    fr: ['Demande invalide', 'Un ou plusieurs champs ne sont pas valides ; voyez « errors ».'],
    en: ['Invalid request', 'One or more fields are not valid; see "errors".'],
  },
  'invalid-json': {
    fr: ['JSON illisible', 'Le corps de la demande n’est pas du JSON valide.'],
    en: ['Unreadable JSON', 'The body of the request is not valid JSON.'],
  },
  'invalid-cursor': {
    fr: ['Curseur invalide', 'Ce curseur n’appartient pas à cette liste.'],
    en: ['Invalid cursor', 'This cursor does not belong to this list.'],
  },
  'multipart-truncated': {
    fr: ['Envoi interrompu', 'Le formulaire reçu est incomplet ; rien n’a été conservé.'],
    en: ['Upload cut short', 'The form received is incomplete; nothing was kept.'],
  },
  'body-truncated': {
    fr: ['Envoi interrompu', 'Le corps reçu est incomplet ; rien n’a été conservé.'],
    en: ['Upload cut short', 'The body received is incomplete; nothing was kept.'],
  },
  'file-missing': {
    fr: ['Fichier absent', 'La demande doit contenir un fichier, dans la partie « file ».'],
    en: ['No file', 'The request must hold one file, in the part "file".'],
  },
  'too-many-files': {
    fr: ['Trop de fichiers', 'Un seul fichier est accepté à la fois.'],
    en: ['Too many files', 'One file is accepted at a time.'],
  },
  'file-empty': {
    fr: ['Fichier vide', 'Le fichier reçu est vide.'],
    en: ['Empty file', 'The file received is empty.'],
  },
  'metadata-invalid': {
    fr: ['Description illisible', 'La partie « metadata » n’est pas du JSON valide.'],
    en: ['Unreadable description', 'The part "metadata" is not valid JSON.'],
  },
  'field-repeated': {
    fr: ['Champ répété', 'Un champ du formulaire est donné plusieurs fois.'],
    en: ['Field repeated', 'A field of the form is given more than once.'],
  },
  'organisation-required': {
    fr: [
      'Organisation à préciser',
      'Vous exercez pour plusieurs organisations : nommez la vôtre (en-tête Organization).',
    ],
    en: ['Organisation required', 'You act for several organisations: name one (header Organization).'],
  },
  'organisation-unknown': {
    fr: ['Organisation inconnue', 'Votre jeton ne vous rattache pas à cette organisation.'],
    en: ['Organisation unknown', 'Your token does not attach you to this organisation.'],
  },
  'profession-required': {
    fr: ['Profession à préciser', 'Vous exercez ici plusieurs professions : nommez la vôtre (en-tête Profession).'],
    en: ['Profession required', 'You exercise several professions here: name one (header Profession).'],
  },
  'profession-unknown': {
    fr: ['Profession inconnue', 'Votre jeton ne vous attribue pas cette profession ici.'],
    en: ['Profession unknown', 'Your token does not give you this profession here.'],
  },
  'professional-without-rpps': {
    fr: [
      'Numéro RPPS requis',
      'Votre jeton vous identifie par un autre numéro (ADELI, établissement, cabinet) ; ce service ne connaît les professionnels que par leur RPPS.',
    ],
    en: [
      'RPPS number required',
      'Your token identifies you by another number (ADELI, establishment, practice); this service knows professionals by their RPPS alone.',
    ],
  },
  'authentication-too-weak': {
    fr: [
      'Authentification insuffisante',
      'Identifiez-vous de nouveau avec Pro Santé Connect, par carte ou application (niveau eidas1 au moins).',
    ],
    en: [
      'Authentication too weak',
      'Identify yourself again with Pro Santé Connect, by card or application (level eidas1 at least).',
    ],
  },
  unauthenticated: {
    fr: ['Authentification requise', 'Cette demande exige un jeton valide de ce service.'],
    en: ['Authentication required', 'This request needs a valid token of this service.'],
  },
  'token-invalid': {
    fr: ['Jeton invalide', 'Ce jeton n’est pas valable ici.'],
    en: ['Invalid token', 'This token is not valid here.'],
  },
  'token-expired': {
    fr: ['Jeton expiré', 'Ce jeton a expiré ; identifiez-vous de nouveau.'],
    en: ['Token expired', 'This token has expired; identify yourself again.'],
  },
  'credentials-wrong': {
    fr: ['Identification refusée', 'Identifiant ou mot de passe incorrect.'],
    en: ['Sign-in refused', 'Login or password is wrong.'],
  },
  'access-refused': {
    fr: ['Accès refusé', 'Les règles d’accès ne permettent pas cette action.'],
    en: ['Access refused', 'The rules of access do not allow this action.'],
  },
  'password-wrong': {
    fr: ['Mot de passe incorrect', 'Le mot de passe donné n’est pas le bon ; rien n’a été changé.'],
    en: ['Wrong password', 'The password given is wrong; nothing was changed.'],
  },
  'not-found': {
    fr: ['Introuvable', 'Rien de tel ici, ou rien que vous puissiez connaître.'],
    en: ['Not found', 'There is nothing of the kind here, or nothing for you to know of.'],
  },
  'method-not-allowed': {
    fr: ['Méthode non permise', 'Cette adresse n’accepte pas cette méthode.'],
    en: ['Method not allowed', 'This address does not take this method.'],
  },
  'version-mismatch': {
    fr: ['Version dépassée', 'La ressource a changé depuis ; l’en-tête ETag donne sa version actuelle.'],
    en: ['Version mismatch', 'The resource has changed since; the ETag header gives its current version.'],
  },
  'precondition-required': {
    fr: ['Version requise', 'Donnez dans If-Match la version que vous voulez changer.'],
    en: ['Precondition required', 'Name the version you want to change in If-Match.'],
  },
  'body-too-large': {
    fr: ['Demande trop volumineuse', 'Le corps de la demande dépasse la taille permise.'],
    en: ['Request too large', 'The body of the request is larger than allowed.'],
  },
  'file-too-large': {
    fr: ['Fichier trop volumineux', 'Un document ne peut dépasser 5 000 000 octets.'],
    en: ['File too large', 'A document may hold 5,000,000 bytes at most.'],
  },
  'media-type-not-supported': {
    fr: ['Type de contenu non pris en charge', 'Le type de contenu de la demande n’est pas accepté ici.'],
    en: ['Media type not supported', 'The media type of the request is not taken here.'],
  },
  'file-type-not-allowed': {
    fr: ['Format refusé', 'Formats acceptés : jpeg, jpg, pdf, png, rtf, txt, tif, tiff.'],
    en: ['Format not allowed', 'Formats taken: jpeg, jpg, pdf, png, rtf, txt, tif, tiff.'],
  },
  'file-type-mismatch': {
    fr: ['Format incohérent', 'L’extension, le type déclaré et le contenu du fichier ne concordent pas.'],
    en: ['Formats disagree', 'The extension, the declared type and the bytes of the file do not agree.'],
  },
  'file-infected': {
    fr: ['Fichier infecté', 'L’antivirus a refusé ce fichier ; rien n’a été conservé.'],
    en: ['File infected', 'The antivirus refused this file; nothing was kept.'],
  },
  'range-not-satisfiable': {
    fr: ['Plage impossible', 'La plage demandée est hors du document.'],
    en: ['Range not satisfiable', 'The range asked for lies outside the document.'],
  },
  'idempotency-key-reused': {
    fr: ['Clé déjà utilisée', 'Cette clé Idempotency-Key a servi à une autre demande.'],
    en: ['Key already used', 'This Idempotency-Key served another request.'],
  },
  'too-many-requests': {
    fr: ['Trop de demandes', 'Réessayez après le délai indiqué par Retry-After.'],
    en: ['Too many requests', 'Try again after the delay in Retry-After.'],
  },
  'too-many-tries': {
    fr: ['Trop d’essais', 'Trop d’essais : ce code n’est plus valable, demandez-en un autre.'],
    en: ['Too many tries', 'Too many tries: this code is void, ask for another.'],
  },
  'code-asked-too-soon': {
    fr: ['Demande trop rapprochée', 'Attendez trente secondes entre deux codes.'],
    en: ['Asked too soon', 'Wait thirty seconds between two codes.'],
  },
  'code-wrong': {
    fr: ['Code refusé', 'Ce code, ou ce qui l’accompagne, n’est pas le bon.'],
    en: ['Code refused', 'This code, or what came with it, is wrong.'],
  },
  'code-expired': {
    fr: ['Code expiré', 'Ce code n’est plus valable ; demandez-en un autre.'],
    en: ['Code expired', 'This code is no longer valid; ask for another.'],
  },
  'code-used': {
    fr: ['Code déjà utilisé', 'Ce code a déjà servi ; demandez-en un autre.'],
    en: ['Code already used', 'This code was used before; ask for another.'],
  },
  'account-locked': {
    fr: ['Compte verrouillé', 'Trop d’échecs : réessayez dans quinze minutes, ou choisissez un nouveau mot de passe.'],
    en: ['Account locked', 'Too many failures: try again in fifteen minutes, or choose a new password.'],
  },
  'espace-unknown': {
    fr: ['Introuvable', 'Rien de tel ici, ou rien que vous puissiez connaître.'],
    en: ['Not found', 'There is nothing of the kind here, or nothing for you to know of.'],
  },
  'espace-already-activated': {
    fr: ['Espace déjà activé', 'Cet espace est déjà activé ; pour le quitter, fermez-le.'],
    en: ['Espace already activated', 'This espace is activated already; to leave it, close it.'],
  },
  'espace-closed': {
    fr: ['Espace fermé', 'Cet espace est fermé.'],
    en: ['Espace closed', 'This espace is closed.'],
  },
  'espace-not-closed': {
    fr: ['Espace non fermé', 'Cet espace n’est pas fermé.'],
    en: ['Espace not closed', 'This espace is not closed.'],
  },
  'espace-suspended': {
    fr: ['Espace suspendu', 'Cet espace est suspendu ; vous pouvez vous y opposer.'],
    en: ['Espace suspended', 'This espace is suspended; you can object.'],
  },
  'espace-not-suspended': {
    fr: ['Espace non suspendu', 'Cet espace n’est pas suspendu.'],
    en: ['Espace not suspended', 'This espace is not suspended.'],
  },
  'holder-deceased': {
    fr: ['Décès signalé', 'Le décès de la personne a été signalé : cet espace reste fermé.'],
    en: ['Death reported', 'The person’s death was reported: this espace stays closed.'],
  },
  'not-due-yet': {
    fr: ['Trop tôt', 'Le délai prévu n’est pas écoulé.'],
    en: ['Too soon', 'The time laid down has not gone by.'],
  },
  'death-date-impossible': {
    fr: ['Date impossible', 'Le décès ne peut être antérieur à la naissance, ni à venir.'],
    en: ['Impossible date', 'A death cannot lie before the birth or in the future.'],
  },
  'professional-blocked': {
    fr: ['Professionnel bloqué', 'Débloquez d’abord ce professionnel ou cette organisation.'],
    en: ['Professional blocked', 'Unblock this professional or organisation first.'],
  },
  'authorisation-end-in-the-past': {
    fr: ['Fin déjà passée', 'La fin d’une autorisation doit être dans l’avenir.'],
    en: ['End in the past', 'The end of an authorisation must lie in the future.'],
  },
  'emergency-masked-alone': {
    fr: ['Réglage incohérent', 'Les documents masqués ne s’ouvrent en urgence que si un accès d’urgence est permis.'],
    en: [
      'Inconsistent switches',
      'Masked documents open in an emergency only where one kind of emergency access is on.',
    ],
  },
  'too-many-entries': {
    fr: ['Liste pleine', 'Un espace tient au plus 1 000 autorisations et administrateurs, et 1 000 blocages.'],
    en: ['List full', 'An espace holds at most 1,000 authorisations and administrators, and 1,000 blocks.'],
  },
  'document-unknown': {
    fr: ['Introuvable', 'Rien de tel ici, ou rien que vous puissiez connaître.'],
    en: ['Not found', 'There is nothing of the kind here, or nothing for you to know of.'],
  },
  'document-already-exists': {
    fr: ['Document déjà présent', 'Un document porte déjà cet identifiant.'],
    en: ['Document already there', 'A document bears this id already.'],
  },
  'document-already-visible-to-holder': {
    fr: ['Document déjà visible', 'La personne a déjà pu voir ce document : il ne peut plus lui être réservé.'],
    en: ['Document already visible', 'The person may have seen this document: it can no longer be kept back.'],
  },
  'only-professionals-announce': {
    fr: ['Réservé aux professionnels', 'Seul un professionnel peut réserver un document à une annonce.'],
    en: ['For professionals only', 'Only a professional can keep a document for an announcement.'],
  },
  'too-many-documents': {
    fr: ['Espace plein', 'Un espace tient au plus 10 000 documents.'],
    en: ['Espace full', 'An espace holds at most 10,000 documents.'],
  },
  'too-many-pins': {
    fr: ['Trop de documents épinglés', 'Au plus 50 documents peuvent être épinglés ; retirez-en un d’abord.'],
    en: ['Too many pins', 'At most 50 documents can be pinned; unpin one first.'],
  },
  'preview-not-available': {
    fr: ['Pas d’aperçu', 'Seuls les fichiers PDF, JPEG et texte ont un aperçu ; les autres se téléchargent.'],
    en: ['No preview', 'Only PDF, JPEG and text files have a preview; others are downloaded.'],
  },
  'multipart-malformed': {
    fr: ['Formulaire illisible', 'Le formulaire reçu n’est pas au format multipart attendu ; rien n’a été conservé.'],
    en: ['Unreadable form', 'The form received is not valid multipart; nothing was kept.'],
  },
  'session-closed': {
    fr: ['Session terminée', 'Cette session est terminée ; connectez-vous de nouveau.'],
    en: ['Session over', 'This session is over; sign in again.'],
  },
  'challenge-unknown': {
    fr: ['Connexion inconnue', 'Cette demande de connexion n’existe pas ou a été remplacée ; recommencez.'],
    en: ['Sign-in unknown', 'There is no such sign-in, or it was replaced; begin again.'],
  },
  'channel-unknown': {
    fr: ['Contact absent', 'Aucun contact de ce type n’est connu pour ce compte ; choisissez l’autre.'],
    en: ['No such contact', 'No contact of this kind is known for this account; choose the other.'],
  },
  'too-many-codes': {
    fr: ['Trop de codes', 'Trop de codes ont été envoyés sans réponse ; réessayez plus tard.'],
    en: ['Too many codes', 'Too many codes were sent without an answer; try again later.'],
  },
  'identity-not-verified': {
    fr: ['Identité à vérifier', 'Votre identité n’est pas, ou n’est plus, vérifiée ; identifiez-vous de nouveau.'],
    en: ['Identity not verified', 'Your identity is not verified, or no longer; identify yourself again.'],
  },
  'sign-in-needed': {
    fr: ['Connexion nécessaire', 'Vous avez un compte : connectez-vous pour lire ou compléter vos demandes.'],
    en: ['Sign-in needed', 'You have an account: sign in to read your tickets or add to them.'],
  },
  'identity-mismatch': {
    fr: ['Identité non reconnue', 'Ces informations ne correspondent pas à celles de l’assurance maladie.'],
    en: ['Identity not recognised', 'This does not agree with what the health insurance knows.'],
  },
  'contact-unknown': {
    fr: ['Contact absent', 'Aucun contact de ce type n’est connu.'],
    en: ['No such contact', 'No contact of this kind is known.'],
  },
  'contact-not-pending': {
    fr: ['Rien à vérifier', 'Aucun nouveau contact de ce type n’attend de code.'],
    en: ['Nothing to verify', 'No new contact of this kind awaits a code.'],
  },
  'contact-not-verified': {
    fr: ['Contact à vérifier', 'Saisissez d’abord le code envoyé à votre nouveau contact.'],
    en: ['Contact not verified', 'Give back the code that was sent to your new contact first.'],
  },
  'contact-missing': {
    fr: ['Contact nécessaire', 'Donnez une adresse électronique ou un numéro de mobile : les codes y sont envoyés.'],
    en: ['Contact needed', 'Give an e-mail address or a mobile number: codes are sent to it.'],
  },
  'account-already-open': {
    fr: ['Compte déjà ouvert', 'Votre compte existe déjà : connectez-vous.'],
    en: ['Account already open', 'Your account exists already: sign in.'],
  },
  'account-unknown': {
    fr: ['Compte inconnu', 'Ce compte n’existe pas.'],
    en: ['Account unknown', 'There is no such account.'],
  },
  'login-taken': {
    fr: ['Identifiant déjà pris', 'Cet identifiant est déjà utilisé ; choisissez-en un autre.'],
    en: ['Login taken', 'This login is already used; choose another.'],
  },
  'login-too-short': {
    fr: ['Identifiant trop court', 'Un identifiant compte au moins 8 caractères.'],
    en: ['Login too short', 'A login has at least 8 characters.'],
  },
  'login-too-long': {
    fr: ['Identifiant trop long', 'Un identifiant compte au plus 64 caractères.'],
    en: ['Login too long', 'A login has at most 64 characters.'],
  },
  'login-is-email': {
    fr: ['Identifiant refusé', 'Un identifiant ne peut être une adresse électronique.'],
    en: ['Login refused', 'A login cannot be an e-mail address.'],
  },
  'login-is-nir': {
    fr: ['Identifiant refusé', 'Un identifiant ne peut être un numéro de sécurité sociale.'],
    en: ['Login refused', 'A login cannot be a social security number.'],
  },
  'login-is-iban': {
    fr: ['Identifiant refusé', 'Un identifiant ne peut être un IBAN.'],
    en: ['Login refused', 'A login cannot be an IBAN.'],
  },
  'login-with-forbidden-character': {
    fr: [
      'Identifiant refusé',
      'Un identifiant ne contient que des minuscules sans accent, chiffres, points, tirets et tirets bas.',
    ],
    en: [
      'Login refused',
      'A login holds lower-case letters without accents, digits, dots, hyphens and underscores only.',
    ],
  },
  'password-too-short': {
    fr: ['Mot de passe trop court', 'Un mot de passe compte au moins 9 caractères.'],
    en: ['Password too short', 'A password has at least 9 characters.'],
  },
  'password-too-long': {
    fr: ['Mot de passe trop long', 'Un mot de passe compte au plus 128 caractères.'],
    en: ['Password too long', 'A password has at most 128 characters.'],
  },
  'password-with-space': {
    fr: ['Mot de passe refusé', 'Un mot de passe ne contient ni espace ni caractère invisible.'],
    en: ['Password refused', 'A password holds no space and no invisible character.'],
  },
  'password-without-lower-case': {
    fr: ['Mot de passe refusé', 'Il manque une minuscule au mot de passe.'],
    en: ['Password refused', 'The password lacks a lower-case letter.'],
  },
  'password-without-upper-case': {
    fr: ['Mot de passe refusé', 'Il manque une majuscule au mot de passe.'],
    en: ['Password refused', 'The password lacks an upper-case letter.'],
  },
  'password-without-digit': {
    fr: ['Mot de passe refusé', 'Il manque un chiffre au mot de passe.'],
    en: ['Password refused', 'The password lacks a digit.'],
  },
  'password-without-special-character': {
    fr: ['Mot de passe refusé', 'Il manque un caractère spécial au mot de passe.'],
    en: ['Password refused', 'The password lacks a special character.'],
  },
  'password-with-personal-data': {
    fr: ['Mot de passe refusé', 'Un mot de passe ne contient ni nom, ni date, ni numéro qui vous concerne.'],
    en: ['Password refused', 'A password holds no name, date or number of yours.'],
  },
  'password-too-easy-to-guess': {
    fr: ['Mot de passe trop simple', 'Ce mot de passe se devine trop facilement.'],
    en: ['Password too simple', 'This password is too easy to guess.'],
  },
  'password-reused': {
    fr: ['Mot de passe déjà utilisé', 'Choisissez un mot de passe que vous n’avez pas utilisé récemment.'],
    en: ['Password used before', 'Choose a password that you did not use lately.'],
  },
  'device-unknown': {
    fr: ['Appareil inconnu', 'Aucun appareil connu de votre compte ne porte cet identifiant.'],
    en: ['Device unknown', 'No known device of your account bears this id.'],
  },
  'session-unknown': {
    fr: ['Session inconnue', 'Aucune session ouverte de votre compte ne porte cet identifiant.'],
    en: ['Session unknown', 'No open session of your account bears this id.'],
  },
  'invitation-already-pending': {
    fr: ['Invitation déjà envoyée', 'Cette personne a déjà une invitation en attente.'],
    en: ['Already invited', 'This person has an invitation waiting already.'],
  },
  'already-delegate': {
    fr: ['Accès déjà ouvert', 'Cette personne a déjà cet accès.'],
    en: ['Access already given', 'This person has this access already.'],
  },
  'other-delegation-exists': {
    fr: ['Autre lien existant', 'Cette personne a déjà un autre lien, ou une autre invitation, avec cet espace.'],
    en: ['Another tie exists', 'This person has another tie to this espace already, or another invitation.'],
  },
  'delegate-is-holder': {
    fr: ['Invitation impossible', 'On ne peut inviter la personne dont c’est l’espace.'],
    en: ['Cannot be invited', 'The person whose espace it is cannot be invited to it.'],
  },
  'too-many-carers': {
    fr: ['Trop d’aidants', 'Une personne a au plus trois aidants, invitations en attente comprises.'],
    en: ['Too many carers', 'One person has three carers at most, invitations that wait included.'],
  },
  'too-many-representatives': {
    fr: [
      'Trop de représentants',
      'Une personne a au plus quatre représentants, dont un second parent, invitations en attente comprises.',
    ],
    en: [
      'Too many representatives',
      'One person has four representatives at most, one second parent among them, invitations that wait included.',
    ],
  },
  'too-many-invitations': {
    fr: [
      'Trop d’invitations récentes',
      'En trente jours, un espace invite au plus vingt fois, et cinq fois la même personne, invitations retirées comprises.',
    ],
    en: [
      'Too many recent invitations',
      'In thirty days one espace invites twenty times at most, and the same person five times, those taken back included.',
    ],
  },
  'too-many-helped': {
    fr: ['Trop de personnes aidées', 'Un aidant aide au plus cinq personnes, et nul n’agit pour plus de cinquante.'],
    en: ['Too many people helped', 'A carer helps five people at most, and nobody acts for more than fifty.'],
  },
  'too-many-offers': {
    fr: ['Trop d’invitations', 'Trop d’invitations attendent déjà une réponse.'],
    en: ['Too many invitations', 'Too many invitations await an answer already.'],
  },
  'invitation-unknown': {
    fr: ['Introuvable', 'Rien de tel ici, ou rien que vous puissiez connaître.'],
    en: ['Not found', 'There is nothing of the kind here, or nothing for you to know of.'],
  },
  'invitation-expired': {
    fr: ['Invitation expirée', 'Cette invitation n’est plus valable ; demandez-en une autre.'],
    en: ['Invitation expired', 'This invitation is no longer valid; ask for another.'],
  },
  'delegation-unknown': {
    fr: ['Introuvable', 'Rien de tel ici, ou rien que vous puissiez connaître.'],
    en: ['Not found', 'There is nothing of the kind here, or nothing for you to know of.'],
  },
  'delegation-not-yours-to-end': {
    fr: ['Lien protégé', 'Ce que donne la loi ou un juge ne prend pas fin ainsi.'],
    en: ['Not yours to end', 'What the law or a judge gave does not end this way.'],
  },
  'person-of-age': {
    fr: ['Personne majeure', 'Cette personne est majeure : elle agit elle-même.'],
    en: ['Of age', 'This person is of age and acts for themself.'],
  },
  'person-not-of-age': {
    fr: ['Personne mineure', 'La curatelle concerne un majeur.'],
    en: ['Not of age', 'A curatelle is about an adult.'],
  },
  'guardianship-end-in-the-past': {
    fr: ['Fin incohérente', 'La fin d’une mesure doit être dans l’avenir et après son début.'],
    en: ['Inconsistent end', 'The end of a measure must lie in the future and after its beginning.'],
  },
  'guardian-unknown': {
    fr: ['Personne inconnue', 'Aucun assuré ne correspond à cette identité.'],
    en: ['Person unknown', 'No insured person has this identity.'],
  },
  'guardian-not-able': {
    fr: ['Tuteur impossible', 'Cette personne est mineure, décédée ou elle-même protégée.'],
    en: ['Cannot be appointed', 'This person is a minor, dead, or protected themself.'],
  },
  'espace-not-activated': {
    fr: ['Espace non activé', 'Cet espace n’est pas encore activé : il s’active, ou on s’y oppose.'],
    en: ['Espace not activated', 'This espace is not activated yet: it can be activated, or opposed.'],
  },
  'own-espace-not-active': {
    fr: ['Espace personnel à activer', 'Pour agir pour quelqu’un, votre propre espace doit être activé.'],
    en: ['Own espace not active', 'To act for somebody, your own espace must be activated.'],
  },
  'minor-represented': {
    fr: [
      'Espace suivi par ses représentants',
      'Jusqu’à la majorité, ce sont ses représentants qui suivent l’espace d’un enfant.',
    ],
    en: ['Represented', 'Until majority it is the representatives who look after a child’s espace.'],
  },
  'espace-erased': {
    fr: ['Espace effacé', 'Cet espace a été effacé, définitivement.'],
    en: ['Espace erased', 'This espace was erased for good.'],
  },
  'stream-busy': {
    fr: ['Espace très sollicité', 'Réessayez dans un instant.'],
    en: ['Espace busy', 'Try again in a moment.'],
  },
  'keys-unreachable': {
    fr: ['Vérification impossible', 'L’identité des professionnels ne peut être vérifiée pour le moment ; réessayez.'],
    en: ['Cannot be verified', 'The identity of professionals cannot be verified at the moment; try again.'],
  },
  'content-damaged': {
    fr: ['Document endommagé', 'Ce document est endommagé dans notre stockage ; l’incident est signalé.'],
    en: ['Document damaged', 'This document is damaged in our storage; the fault is reported.'],
  },
  fault: {
    fr: ['Incident', 'Un incident est survenu de notre côté ; il est signalé. Vous pouvez réessayer.'],
    en: ['Fault', 'Something failed on our side and is reported. You may try again.'],
  },
  'proof-wrong': {
    fr: ['Preuve incorrecte', 'Ce n’est ni le code envoyé ni la fin de l’IBAN ; les essais sont comptés.'],
    en: ['Wrong proof', 'This is neither the code that was sent nor the end of the IBAN; tries are counted.'],
  },
  'identity-check-unknown': {
    fr: ['Vérification inconnue', 'Cette vérification d’identité n’existe pas, ou une plus récente l’a remplacée.'],
    en: ['Unknown check', 'There is no such identity check, or a newer one has replaced it.'],
  },
  'contact-correction-unknown': {
    fr: ['Correction inconnue', 'Cette correction n’existe pas, ou une plus récente l’a remplacée.'],
    en: ['Unknown correction', 'There is no such correction, or a newer one has replaced it.'],
  },
  'iban-unknown': {
    fr: ['IBAN inconnu', 'La caisse ne connaît pas l’IBAN de cette personne ; vérifiez son identité par un code.'],
    en: ['IBAN unknown', 'The fund does not know this person’s IBAN; make sure of who they are by a code.'],
  },
  'not-invitable': {
    fr: ['Invitation impossible', 'Cette personne ne peut être invitée : adresse inconnue, ou enfant rattaché.'],
    en: ['Cannot be invited', 'This person cannot be invited: no address is known, or they are an attached child.'],
  },
  'ticket-unknown': {
    fr: ['Demande inconnue', 'Cette demande à l’assistance n’existe pas.'],
    en: ['Unknown ticket', 'There is no such ticket.'],
  },
  'ticket-closed': {
    fr: ['Demande close', 'Cette demande est close ; ouvrez-en une autre.'],
    en: ['Ticket closed', 'This ticket is closed; open another one.'],
  },
  'ticket-not-taken': {
    fr: ['Demande non prise en charge', 'Prenez d’abord cette demande en charge.'],
    en: ['Ticket not taken', 'Take this ticket first.'],
  },
  'too-many-tickets': {
    fr: ['Trop de demandes', 'Vous avez trop de demandes ouvertes ; fermez celles qui sont réglées.'],
    en: ['Too many tickets', 'You have too many open tickets; close those that are settled.'],
  },
  'too-many-messages': {
    fr: ['Trop de messages', 'Cette demande compte trop de messages ; ouvrez-en une autre.'],
    en: ['Too many messages', 'This ticket holds too many messages; open another one.'],
  },
  'too-many-attachments': {
    fr: ['Trop de pièces jointes', 'Cinq pièces jointes au plus par demande.'],
    en: ['Too many attachments', 'Five attachments at most for one ticket.'],
  },
  'attachments-not-shared': {
    fr: ['Pièces jointes non partagées', 'La personne n’a pas partagé les pièces jointes de cette demande.'],
    en: ['Attachments not shared', 'The person has not shared the attachments of this ticket.'],
  },
  busy: {
    fr: ['Service occupé', 'Réessayez dans un instant.'],
    en: ['Busy', 'Try again in a moment.'],
  },
};

/** Codes that have their own words; the tests compare it with every refusal of the domain. */
export const CODES_WITH_SENTENCES: ReadonlySet<string> = new Set(Object.keys(SENTENCES));

const UNNAMED: Sentences = {
  fr: ['Demande refusée', 'La demande ne peut être satisfaite en l’état.'],
  en: ['Request refused', 'The request cannot be met as things stand.'],
};

export const sentenceOf = (code: string, language: Language): { readonly title: string; readonly detail: string } => {
  const [title, detail] = (SENTENCES[code] ?? UNNAMED)[language];
  return { title, detail };
};

/** The first of `fr` and `en` in `Accept-Language`; French where neither is asked for. */
export const languageOf = (acceptLanguage: string | null): Language => {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map(part => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.find(parameter => parameter.trim().startsWith('q='));
      return { language: tag.slice(0, 2), weight: q === undefined ? 1 : Number(q.trim().slice(2)) || 0 };
    })
    .filter(({ language, weight }) => weight > 0 && (language === 'fr' || language === 'en'))
    .sort((a, b) => b.weight - a.weight);
  return wanted[0]?.language === 'en' ? 'en' : 'fr';
};
